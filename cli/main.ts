import { parseArgs } from 'node:util'
import { Client } from './api/client'
import { readSettings, type Settings } from './api/settings'
import { doctor } from './doctor'
import { help, isTopic } from './help'
import { CliError, exitCodes, type Outcome, UsageError } from './outcome'
import { init } from './package/init'
import { lint } from './package/lint'
import { pack } from './package/pack'
import { type Format, formatOf, rendered } from './print'
import { flag, text, textOf, type Values, type Verb } from './verb'
import { applyVerb, exportVerb } from './verbs/apply'
import { auditVerb, auditVerifyVerb } from './verbs/audit'
import { completionVerb } from './verbs/completion'
import { deploy } from './verbs/deploy'
import { approveVerb, cancelVerb, deploysVerb, rejectVerb, waitVerb } from './verbs/deploys'
import { loginVerb, logoutVerb, useVerb } from './verbs/login'
import { apiVerb, publishVerb, runVerb } from './verbs/others'
import { logsVerb, machinesVerb, servicesVerb, whoamiVerb } from './verbs/reads'
import { promoteVerb, rollbackVerb } from './verbs/release-verbs'

declare const TENGEN_VERSION: string

/** Every verb says it as people or programs want it; those of the hub also say which hub, and whose. */
const common = { help: { ...flag, short: 'h' }, json: flag, output: { ...text, short: 'o' }, url: text, org: text, app: text } as const

type OnFolder = (folder: string, values: never) => Promise<Outcome>
const onFolder = (options: Verb['options'], run: OnFolder): Verb => ({
  options,
  args: [0, 1],
  run: ({ args, values }) => run(args[0] ?? '.', values as never),
})

const verbs: Readonly<Record<string, Verb>> = {
  login: loginVerb,
  logout: logoutVerb,
  whoami: whoamiVerb,
  use: useVerb,
  services: servicesVerb,
  deploy,
  deploys: deploysVerb,
  wait: waitVerb,
  approve: approveVerb,
  reject: rejectVerb,
  cancel: cancelVerb,
  rollback: rollbackVerb,
  promote: promoteVerb,
  logs: logsVerb,
  run: runVerb,
  apply: applyVerb,
  export: exportVerb,
  machines: machinesVerb,
  audit: auditVerb,
  'audit verify': auditVerifyVerb,
  'package init': onFolder({ name: text, version: text, command: text, port: text, check: text, force: flag }, init),
  'package lint': onFolder({}, lint),
  'package pack': onFolder({ out: text }, pack),
  'package publish': publishVerb,
  api: apiVerb,
  doctor: onFolder({ out: text, home: text }, doctor),
  completion: completionVerb(() => verbs),
}

const isHelp = (word: string) => word === '--help' || word === '-h'

async function main(words: string[]): Promise<number> {
  const [first = '', second = ''] = words
  if (first === '--version') return say(TENGEN_VERSION)
  const name = [`${first} ${second}`, first].find((one) => Object.hasOwn(verbs, one))
  const verb = name && verbs[name]
  if (verb) return runOne(verb, name as keyof typeof help, words.slice(name.split(' ').length))
  const topic = isTopic(first) ? first : ''
  if (words.filter((word) => !isHelp(word)).length === (topic === '' ? 0 : 1)) return say(help[topic])
  throw new UsageError(`There is no command ${words.join(' ')}.`)
}

async function runOne(verb: Verb, topic: keyof typeof help, words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: words, options: { ...common, ...verb.options }, allowPositionals: true })
  if (values.help) return say(help[topic])
  const [least, most] = verb.args
  if (positionals.length > most)
    throw new UsageError(
      most === 1 && least === 0
        ? `One folder at a time; there are ${positionals.length}.`
        : `There are ${positionals.length} words, and it takes ${most}.`,
    )
  if (positionals.length < least) throw new UsageError(`Something is missing: tengen ${topic} --help`)
  const format = values.json ? 'json' : formatOf(values.output)
  const settings = readSettings(saidOf(values as Values))
  const outcome = await verb.run({
    args: positionals,
    values: values as Values,
    settings,
    client: new Client(settings),
    tell: teller(format),
  })
  return say(rendered(outcome, format), outcome.code)
}

const saidOf = (values: Values): Settings => {
  const [url, organization, application] = [textOf(values.url), textOf(values.org), textOf(values.app)]
  return { ...(url ? { url } : {}), ...(organization ? { organization } : {}), ...(application ? { application } : {}) }
}

/** What goes on is for people: where the answer is for a program, it does not stand in its way. */
const teller =
  (format: Format) =>
  (line: string): void =>
    void (format === 'table' ? process.stdout : process.stderr).write(`${line}\n`)

function say(words: string, code = 0): number {
  process.stdout.write(`${words}\n`)
  return code
}

/** Wrong options of `parseArgs` are wrong use as well. */
function complain(error: unknown): number {
  if (error instanceof CliError) {
    process.stderr.write(`${error.message}\n${error.next ? `${error.next}\n` : ''}`)
    return error.exitCode
  }
  const isUse =
    error instanceof UsageError ||
    (error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS'))
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${isUse ? 'tengen --help says how it is used.\n' : ''}`)
  return isUse ? exitCodes.usage : exitCodes.failed
}

process.exitCode = await main(process.argv.slice(2)).catch(complain)
