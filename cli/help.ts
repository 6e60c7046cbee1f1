/** Help texts, by the words that lead to them. */
export const help = {
  '': `tengen: the command line of Tengen

  tengen login [URL]              say where Tengen is and who you are; then whoami, use ORG/APP, logout
  tengen services                 services, how they do and what they run
  tengen deploy SERVICE           change a service: version, values, count; with --package make it
  tengen promote SERVICE          bring what test runs to production
  tengen rollback SERVICE         back to an earlier release
  tengen deploys                  what was asked for; then wait, approve, reject, cancel NUMBER
  tengen logs SERVICE [-f]        what its units print; '#12' for the log of a deploy
  tengen run SERVICE -- COMMAND   a command on its units
  tengen apply -f app.yaml        make an application what a file says; tengen export writes the file
  tengen machines                 machines, for operators
  tengen audit                    who did what; tengen audit verify: whether it was altered since
  tengen api [METHOD] PATH        any address of the API

  tengen package init [FOLDER]    write tengen.yaml for the program in a folder
  tengen package lint [FOLDER]    say what is wrong with a package, by file and line
  tengen package pack [FOLDER]    make the archive that is published
  tengen package publish [FOLDER] publish it to the organisation

  tengen doctor                   what is wrong with the hub, in one file without secrets
  tengen completion SHELL         for bash, zsh or fish: eval "$(tengen completion bash)"

  tengen COMMAND --help           more about one of them
  tengen --version

  --org NAME --app NAME --url URL     what it is about; else TENGEN_ORG, TENGEN_APP, TENGEN_URL, else what login and use kept
  -o table|json|yaml                  how the answer is written; NO_COLOR takes the colours away
  TENGEN_TOKEN                        who speaks, where nobody has logged in: for CI

Exit code: 0 done, 1 failed or refused, 2 wrong use, 3 not signed in, 4 waits for a person, 5 the deploy failed,
6 not done (rejected, cancelled, superseded, or no was said), 7 time was over.`,
  package: `tengen package: make packages

  tengen package init [FOLDER]    write tengen.yaml for the program in a folder
  tengen package lint [FOLDER]    say what is wrong with a package, by file and line
  tengen package pack [FOLDER]    make the archive that is published
  tengen package publish [FOLDER] publish it to the organisation`,
  'package init': `tengen package init [FOLDER]

Looks at what lies in the folder (the current one) and writes tengen.yaml for it: a Node program (package.json with a
start script, or server.js), a Python program (main.py, app.py, manage.py) or something executable. Nothing is run.

  --command "WORDS"   what to run, instead of what was found; no shell sees it. ./server and bin/server are files of
                      the folder, /usr/bin/python3 is a program of the machine
  --name NAME         name of the package; else that of package.json or of the folder
  --version VERSION   version of the package; else that of package.json, or 1.0.0
  --port PORT         port the program listens on (8080); 0 = none
  --check PATH        check by HTTP: this path must answer from 200 to 399; else the port must accept a connection
  --force             write over a tengen.yaml that is there
  --json              say the outcome as JSON

Exit code: 0 written, 1 not written, 2 wrong use.`,
  'package lint': `tengen package lint [FOLDER]

Checks the package in the folder (the current one) by the same rules as the hub, and prints one line a finding:
FILE:LINE RULE MESSAGE. What .tengenignore names (as .gitignore does) is not part of the package.

  --json    say the findings as JSON

Exit code: 0 nothing found, 1 something found, 2 wrong use.`,
  'package pack': `tengen package pack [FOLDER]

Checks the package in the folder (the current one) and writes its archive. The same content gives the same bytes, hence
the same digest, whoever packs it and whenever. What .tengenignore names (as .gitignore does) stays out.

  --out FILE    where to write it; else NAME-VERSION.tar.gz in the current folder
  --json        say the outcome as JSON

Exit code: 0 written, 1 the hub would refuse it, 2 wrong use.`,
  login: `tengen login [URL]

Keeps where Tengen is and who you are, readable by you alone. The browser opens where you make a token for this machine; one from
elsewhere can be pasted, or handed over on standard input or as TENGEN_TOKEN.

  tengen login https://tengen.example.org
  echo "$SECRET" | tengen login https://tengen.example.org`,
  logout: `tengen logout

Revokes the token that login kept, if it is your own, and forgets it.`,
  whoami: `tengen whoami

Who you are for the hub, and by which token.`,
  use: `tengen use ORGANISATION[/APPLICATION]

What commands are about from now on, where they do not say --org and --app.`,
  services: `tengen services

Services, how they do and what they run: of one application with --app, else of all.

  --env test|production
  --q WORDS       by name

  tengen services --app shop -o json | jq -r '.[] | select(.health != "healthy") | .name'`,
  deploy: `tengen deploy SERVICE

Changes a service. The plan is made first, and exactly that is asked for.

  --env test|production   which of its environments; else production where it is there
  --version VERSION       of its package; latest = the newest
  --set KEY=VALUE         one value over those in force; again for more
  -f, --file FILE         values from a YAML or JSON file
  --secret KEY=env:NAME   a secret from a variable of the environment, or KEY=file:PATH
  --count N               how many units
  --on-failure stop|roll_back
  --package NAME --runtime POOL     make it, where it is not there yet
  --plan          only say what would happen
  -y, --yes       do it without asking; needed where nobody sits before it
  --wait          stay until it has ended, with its log
  --timeout TIME  how long at most: 90s, 10m, 2h (1h)
  --reason TEXT   why, for those who approve

  tengen deploy web --version 1.4.0 --yes --wait
  tengen deploy web --env test --set workers=4 --plan
  tengen deploy web --package greeter --runtime test --env test --count 2 --yes --wait`,
  promote: `tengen promote SERVICE

Brings the release that test runs to production, onto production's own values.
  --plan          only say what would happen
  -y, --yes       do it without asking; needed where nobody sits before it
  --wait          stay until it has ended, with its log
  --timeout TIME  how long at most: 90s, 10m, 2h (1h)
  --reason TEXT   why, for those who approve

  tengen promote web --yes --wait`,
  rollback: `tengen rollback SERVICE

Back to the release before, or to another one.

  --env test|production
  --to NUMBER|VERSION
  --plan          only say what would happen
  -y, --yes       do it without asking; needed where nobody sits before it
  --wait          stay until it has ended, with its log
  --timeout TIME  how long at most: 90s, 10m, 2h (1h)
  --reason TEXT   why, for those who approve

  tengen rollback web --env production --yes --wait`,
  deploys: `tengen deploys

What was asked for, open ones first.

  --state awaiting_approval,queued,running
  --service NAME
  --limit N       how many (20)`,
  wait: `tengen wait NUMBER

Stays until a deploy has ended, with its log. The exit code says how.

  --timeout TIME  90s, 10m, 2h (1h)`,
  approve: `tengen approve NUMBER

Signs the plan as it is now. Another plan needs another approval.

  -y, --yes       without asking`,
  reject: `tengen reject NUMBER --reason TEXT

Says no for good.

  -y, --yes       without asking`,
  cancel: `tengen cancel NUMBER

Ends a deploy; what it has changed stays until it is rolled back.

  -y, --yes       without asking
  --reason TEXT`,
  logs: `tengen logs SERVICE | '#NUMBER'

What the units of a service print: the last lines. With a number the log of that deploy.

  -f, --follow    go on until interrupted
  --env test|production
  --run current|previous|all`,
  run: `tengen run SERVICE -- COMMAND …

Runs a command on every unit of a service and prints what each said. No shell sees it.

  --env test|production   (test)
  -y, --yes       without asking
  --timeout TIME  (10m)

  tengen run web --yes -- df -h .`,
  machines: `tengen machines

Machines, their state and when they were heard, for operators.

  --q WORDS       by name`,
  audit: `tengen audit

Who did what in the organisation, the newest first; changes that were refused stand there too. For admins.

  --platform      what belongs to no organisation, for operators
  --q WORDS       what, who, or what it was done to
  --kind KIND     only about deploy, service, user, access (refused changes), …; may be given several times
  --name NAME     only such events: deploy.approve, or deploy for all of them
  --count N       how many (50)

  tengen audit --kind access
  tengen audit verify --help`,
  'audit verify': `tengen audit verify

Reads every seal and what it stands for, and says what was changed, taken out or put in since. Exit code 1 if anything was.

  --platform      what belongs to no organisation, for operators
  --contains HASH a last seal that you kept: it must still stand in the chain, else something was taken off its end

  tengen audit verify -o json`,
  apply: `tengen apply -f app.yaml

Makes the services and routes of an application what the file says. What it does not name is left alone; a second time there is nothing
to do. tengen export writes such a file. Policies are set by people: where they are not as the file says, the rest is done,
a link leads to the page that has them filled in, and the exit code is 4.

  --plan          only say what would happen
  -y, --yes       do it without asking; needed where nobody sits before it
  --wait          stay until it has ended, with its log
  --timeout TIME  how long at most: 90s, 10m, 2h (1h)
  --reason TEXT   why, for those who approve

  tengen: app/1
  application: shop
  policies:                                     # of the whole organisation: keep them in the file of one application
    production:
      approvals: 2
      roles: [owner]
      windows: [{ days: [mon, tue, wed, thu], from: "09:00", to: "17:00", zone: Europe/Berlin }]
  services:
    web:
      package: greeter
      automation: { kinds: [repair, relate], maxUnits: 2 }     # what runs without a person
      test:
        version: 1.0.0
        values: { message: hello }
        placements: [{ runtime: test, count: 2, rules: { spread: rack, labels: { disk: ssd } } }]
  routes:
    shop.example.org:
      test:
        rules: [{ path: /, match: prefix, service: web, port: http }]
        tls: none

  tengen apply -f app.yaml --plan`,
  export: `tengen export

Writes the services and routes of an application, their rules and policies as tengen apply reads them. Secrets and certificates
are not in it.

  -f, --file FILE     where to; else printed

  tengen export --app shop > app.yaml`,
  'package publish': `tengen package publish [FOLDER | ARCHIVE]

Checks and packs the package in the folder (the current one), or takes a .tar.gz or .zip, and publishes its version, private to
the organisation.`,
  api: `tengen api [METHOD] PATH

Any address of the API, as it is (see /api/docs of your Tengen).

  -d, --data JSON     the body
  -f, --file FILE     the body from a file; - = standard input

  tengen api /api/v1/me
  tengen api POST /api/v1/organizations/acme/deploys/12/cancel -d '{}'`,
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

On a machine with an agent: node agent.mjs doctor --home DIR [--out FILE]

Exit code: 0 written, 1 not written, 2 wrong use.`,
} as const

export const isTopic = (topic: string): topic is keyof typeof help => Object.hasOwn(help, topic)
