import { helpAtHome } from './help-at-home'

const planned = `  --plan          only say what would happen
  -y, --yes       do it without asking; needed where nobody sits before it
  --wait          stay until it has ended, with its log
  --timeout TIME  how long at most: 90s, 10m, 2h (1h)
  --reason TEXT   why, for those who approve`

/** Help texts, by the words that lead to them; each verb with an example. */
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
  tengen archive APPLICATION      put an application without services away; tengen restore brings it back
  tengen machines                 machines, for operators
  tengen clusters [NAME]          clusters, or what lives in one, for operators
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
  login: `tengen login [URL]

Keeps where Tengen is and who you are, readable by you alone. The browser opens where you make a token for this machine; one from
elsewhere can be pasted, or handed over on standard input or as TENGEN_TOKEN.

  tengen login https://tengen.example.org
  echo "$SECRET" | tengen login https://tengen.example.org`,
  logout: `tengen logout

Revokes the token that login kept, if it is your own, and forgets it.

  tengen logout`,
  whoami: `tengen whoami

Who you are for the hub, and by which token.

  tengen whoami -o json`,
  use: `tengen use ORGANISATION[/APPLICATION]

What commands are about from now on, where they do not say --org and --app.

  tengen use acme/shop`,
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
  --package NAME  make it, where there is none yet; its runtime is said, too
  --runtime POOL  where it begins, also in an environment where it is not yet
${planned}

  tengen deploy web --version 1.4.0 --yes --wait
  tengen deploy web --env test --set workers=4 --plan
  tengen deploy web --package greeter --runtime test --env test --count 2 --yes --wait`,
  promote: `tengen promote SERVICE

Brings the release that test runs to production, onto production's own values.
${planned}

  tengen promote web --yes --wait`,
  rollback: `tengen rollback SERVICE

Back to the release before, or to another one.

  --env test|production
  --to NUMBER|VERSION
${planned}

  tengen rollback web --env production --yes --wait`,
  deploys: `tengen deploys

What was asked for, open ones first.

  --state awaiting_approval,queued,running
  --service NAME
  --limit N       how many (20)

  tengen deploys --state awaiting_approval`,
  wait: `tengen wait NUMBER

Stays until a deploy has ended, with its log. The exit code says how.

  --timeout TIME  90s, 10m, 2h (1h)

  tengen wait 12 --timeout 15m`,
  approve: `tengen approve NUMBER

Shows the plan as it is now, and signs it. Another plan needs another approval.

  -y, --yes       without asking
  --reason TEXT   what others shall know of it

  tengen approve 12`,
  reject: `tengen reject NUMBER --reason TEXT

Says no for good.

  -y, --yes       without asking
  --reason TEXT   why

  tengen reject 12 --reason "not before Monday"`,
  cancel: `tengen cancel NUMBER

Ends a deploy; what it has changed stays until it is rolled back.

  -y, --yes       without asking
  --reason TEXT   why

  tengen cancel 12`,
  logs: `tengen logs SERVICE | '#NUMBER'

What the units of a service print: the last lines. With a number the log of that deploy.

  -f, --follow    go on until interrupted, or until that deploy has ended; with -o json a line of JSON for each
  --env test|production
  --run current|previous|all

  tengen logs web -f
  tengen logs '#12'`,
  run: `tengen run SERVICE -- COMMAND …

Runs a command on every unit of a service and prints what each said. No shell sees it.

  --env test|production   (test)
  -y, --yes       without asking
  --timeout TIME  (10m)
  --reason TEXT   why, for the record

  tengen run web --yes -- df -h .`,
  machines: `tengen machines

Machines, their state and when they were heard, for operators.

  --q WORDS       by name

  tengen machines --q rack-2`,
  clusters: `tengen clusters [NAME]

Clusters, their state and when they were heard; with a name the services and routes that live there, and their pods. For operators.

  --q WORDS       by name

  tengen clusters
  tengen clusters east --q shop`,
  audit: `tengen audit

Who did what in the organisation, the newest first; changes that were refused stand there too. For admins.

  --platform      what belongs to no organisation, for operators
  --q WORDS       what, who, or what it was done to
  --kind KIND     only about deploy, service, user, access (refused changes), …; may be given several times
  --name NAME     only such events: deploy.approve, or deploy for all of them
  --by ID         only by this person (id), or this part of the system
  --since TIME    from then on: 2026-11-01, or 2026-11-01T08:00:00Z
  --until TIME    before then
  --count N       how many (50)
  --export csv|jsonl      all of it, oldest first, as it comes

  tengen audit --kind access --since 2026-11-01
  tengen audit --export csv > audit.csv
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

  -f, --file FILE     what it shall be

${planned}

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
  archive: `tengen archive APPLICATION

Puts an application away that has no services any more; its history stays. An organisation is archived by a person, on its page.

  -y, --yes       without asking

  tengen archive shop`,
  restore: `tengen restore APPLICATION

Brings an archived application back.

  -y, --yes       without asking

  tengen restore shop`,
  api: `tengen api [METHOD] PATH

Any address of the API, as it is (see /api/docs of your Tengen).

  -d, --data JSON     the body
  -f, --file FILE     the body from a file; - = standard input

  tengen api /api/v1/me
  tengen api POST /api/v1/organizations/acme/deploys/12/cancel -d '{}'`,
  ...helpAtHome,
} as const

export const isTopic = (topic: string): topic is keyof typeof help => Object.hasOwn(help, topic)
