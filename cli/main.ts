import { parseArgs } from 'node:util'
import { doctor } from './doctor'
import { help, isTopic } from './help'
import { type Outcome, UsageError } from './outcome'
import { init } from './package/init'
import { lint } from './package/lint'
import { pack } from './package/pack'

declare const TENGEN_VERSION: string

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const common = { help: { ...flag, short: 'h' }, json: flag } as const

type Values = Record<string, string | boolean | undefined>
type Verb = { options: Record<string, typeof text | typeof flag>; run: (folder: string, values: Values) => Promise<Outcome> }

const verbs: Record<string, Verb> = {
  'package init': { options: { name: text, version: text, command: text, port: text, check: text, force: flag }, run: init as Verb['run'] },
  'package lint': { options: {}, run: lint },
  'package pack': { options: { out: text }, run: pack as Verb['run'] },
  doctor: { options: { out: text, home: text }, run: doctor as Verb['run'] },
}

const isHelp = (word: string) => word === '--help' || word === '-h'

async function main(words: string[]): Promise<number> {
  const [first = '', second = ''] = words
  if (first === '--version') return say(TENGEN_VERSION)
  const name = [`${first} ${second}`, first].find((one) => Object.hasOwn(verbs, one))
  const verb = name && verbs[name]
  if (verb) return runVerb(verb, name as keyof typeof help, words.slice(name.split(' ').length))
  const topic = isTopic(first) ? first : ''
  if (words.filter((word) => !isHelp(word)).length === (topic === '' ? 0 : 1)) return say(help[topic])
  throw new UsageError(`There is no command ${words.join(' ')}.`)
}

async function runVerb(verb: Verb, topic: keyof typeof help, args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: { ...common, ...verb.options }, allowPositionals: true })
  if (values.help) return say(help[topic])
  if (positionals.length > 1) throw new UsageError(`One folder at a time; there are ${positionals.length}.`)
  const { code, lines, json } = await verb.run(positionals[0] ?? '.', values as Values)
  return say(values.json ? JSON.stringify(json) : lines.join('\n'), code)
}

function say(words: string, code = 0): number {
  process.stdout.write(`${words}\n`)
  return code
}

/** Wrong options of `parseArgs` are wrong use as well. */
function complain(error: unknown): number {
  const isUse =
    error instanceof UsageError ||
    (error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS'))
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${isUse ? 'tengen --help says how it is used.\n' : ''}`)
  return isUse ? 2 : 1
}

process.exitCode = await main(process.argv.slice(2)).catch(complain)
