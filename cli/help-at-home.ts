/** Help of what needs no hub: packages, completion, doctor. */
export const helpAtHome = {
  package: `tengen package: make packages

  tengen package init [FOLDER]    write tengen.yaml for the program in a folder
  tengen package lint [FOLDER]    say what is wrong with a package, by file and line
  tengen package pack [FOLDER]    make the archive that is published
  tengen package publish [FOLDER] publish it to the organisation`,
  'package init': `tengen package init [FOLDER]

Looks at what lies in the folder (the current one) and writes tengen.yaml for it: a Node program (package.json with a
start script, or server.js), a Python program (main.py, app.py, manage.py) or something executable. Nothing is run.

  --command "WORDS"   what to run, instead of what was found; no shell sees it. ./server and bin/server are files of
                      the folder, /usr/bin/python3 is a program of the machine; {{ ports.http }} and {{ address }}
                      become the port of each unit and the address to listen on
  --name NAME         name of the package; else that of package.json or of the folder
  --version VERSION   version of the package; else that of package.json, or 1.0.0
  --port PORT         port the program listens on (8080); 0 = none
  --port-option OPT   an option that tells the port: --port-option=--port, or --port-option=--port= for one word;
                      the variable PORT tells it in any case
  --check PATH        check by HTTP: this path must answer from 200 to 399; else the port must accept a connection
  --force             write over a tengen.yaml that is there
  --json              say the outcome as JSON

  tengen package init . --command "bin/server --listen {{ address }}:{{ ports.http }}"

Exit code: 0 written, 1 not written, 2 wrong use.`,
  'package lint': `tengen package lint [FOLDER]

Checks the package in the folder (the current one) by the same rules as the hub, and prints one line a finding:
FILE:LINE RULE MESSAGE. What .tengenignore names (as .gitignore does) is not part of the package.

  --json    say the findings as JSON

  tengen package lint greeter

Exit code: 0 nothing found, 1 something found, 2 wrong use.`,
  'package pack': `tengen package pack [FOLDER]

Checks the package in the folder (the current one) and writes its archive. The same content gives the same bytes, hence
the same digest, whoever packs it and whenever. What .tengenignore names (as .gitignore does) stays out.

  --out FILE    where to write it; else NAME-VERSION.tar.gz in the current folder
  --json        say the outcome as JSON

  tengen package pack greeter --out greeter.tar.gz

Exit code: 0 written, 1 the hub would refuse it, 2 wrong use.`,
  'package publish': `tengen package publish [FOLDER | ARCHIVE]

Checks and packs the package in the folder (the current one), or takes a .tar.gz or .zip, and publishes its version, private to
the organisation.

  tengen package publish dist/greeter-1.4.0.tar.gz`,
  completion: `tengen completion bash|zsh|fish

Words and options for the shell.

  eval "$(tengen completion bash)"`,
  doctor: `tengen doctor

Looks at the hub that is installed here: machine, settings, processes, database, migrations, queue, Redis, agents, health,
counters, the last errors and the end of its logs. It changes nothing, prints one line a question and writes the answers
into one file. Values of secrets, keys, passwords and whatever looks like one are masked in it. What does not answer is a
finding, also when nothing runs.

  --out FILE    where to write it; else tengen-doctor-hub-TIME.tar.gz in the current folder
  --home DIR    the hub's folder; else TENGEN_HOME, else .tengen beside the program
  --json        say the outcome as JSON

  tengen doctor --out findings.tar.gz

On a machine with an agent: node agent.mjs doctor --home DIR [--out FILE]

Exit code: 0 written, 1 not written, 2 wrong use.`,
} as const
