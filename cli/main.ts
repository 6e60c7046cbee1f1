import { parseArgs } from 'node:util'
import { Client } from './api/client'
import { readSettings, type Settings } from './api/settings'
import { help, isTopic } from './help'
import { CliError, exitCodes, UsageError } from './outcome'
import { type Format, formatOf, rendered } from './print'
import { textOf, type Values, type Verb } from './verb'
import { common, verbs } from './verb-table'

declare const TENGEN_VERSION: string

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
    throw new UsageError(`There are ${positionals.length} words, and it takes ${most === 0 ? 'none' : `at most ${most}`}.`)
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

/** What goes on is for people: where the answer is for a program, it does not stand in its way. What is data is said as such. */
const teller =
  (format: Format) =>
  (line: string, data?: unknown): void => {
    const said =
      format === 'table' || data === undefined
        ? line
        : format === 'json'
          ? JSON.stringify(data)
          : `---\n${rendered({ lines: [], json: data }, format)}`
    void (format === 'table' || data !== undefined ? process.stdout : process.stderr).write(`${said}\n`)
  }

function say(words: string, code = 0): number {
  if (words) process.stdout.write(`${words}\n`)
  return code
}

/** Wrong options of `parseArgs` are wrong use as well, and files that are not there. */
function complain(error: unknown): number {
  const { code, path } = error as { code?: string; path?: string }
  if (code === 'ENOENT' && path) return complain(new UsageError(`There is no file ${path}.`))
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

// Whoever reads may have had enough: `tengen logs web -f | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : exitCodes.failed))
process.exitCode = await main(process.argv.slice(2)).catch(complain)
