import { readCommand } from '@/lib/protocol/command-words'
import { isObject } from './config-schema'
import type { ArchiveEntry } from './read-archive'

/** One way to run what lies in a folder. `from` is the file that says so. */
export type ProgramChoice = { command: string[]; from: string; kind: 'node' | 'python' | 'binary' }
/** Something the person should know; `value` is a name or a number for the sentence. */
export type ProgramNote = { code: ProgramNoteCode; value: string }
export type ProgramNoteCode = 'node_modules_missing' | 'requirements' | 'dotenv' | 'shell_start' | 'foreign_binary' | 'nothing_found'

export type FoundProgram = {
  choices: ProgramChoice[]
  notes: ProgramNote[]
  /** What the folder calls itself. */
  name: string | null
  version: string | null
  variables: { name: string; default: string }[]
}

type Files = ReadonlyMap<string, ArchiveEntry>

const nodeScripts = ['server', 'index', 'app', 'main'].flatMap((name) => [`${name}.js`, `${name}.mjs`, `${name}.cjs`])
const pythonScripts = ['main.py', 'app.py', 'server.py', '__main__.py']
const mostBinaries = 10

/** What a folder is: a Node or Python program, or one that is executable by itself. Looks only; `leavesDotenv`: its .env stays out. */
export function detectProgram(entries: readonly ArchiveEntry[], leavesDotenv = false): FoundProgram {
  const files: Files = new Map(entries.map((entry) => [entry.path, entry]))
  const description = packageJson(files)
  const node = nodeChoices(files, description)
  const choices = unique([...node.choices, ...pythonChoices(files), ...binaryChoices(entries)])
  const notes = [...node.notes, ...pythonNotes(files), ...foreignBinaries(entries)]
  if (leavesDotenv) notes.push({ code: 'dotenv', value: '.env' })
  if (choices.length === 0) notes.push({ code: 'nothing_found', value: '' })
  return {
    choices,
    notes,
    name: typeof description?.name === 'string' ? description.name : null,
    version: typeof description?.version === 'string' ? description.version : null,
    variables: exampleVariables(files),
  }
}

function unique(choices: readonly ProgramChoice[]): ProgramChoice[] {
  const keyOf = ({ command }: ProgramChoice) => JSON.stringify(command)
  return choices.filter((choice, at) => choices.findIndex((one) => keyOf(one) === keyOf(choice)) === at)
}

function textOf(files: Files, path: string): string | undefined {
  const entry = files.get(path)
  return entry?.kind === 'file' && entry.bytes.length < 1024 * 1024 ? entry.bytes.toString('utf8') : undefined
}

function packageJson(files: Files, path = 'package.json'): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(textOf(files, path) ?? '')
    return isObject(json) ? json : undefined
  } catch {
    return undefined
  }
}

function nodeChoices(files: Files, description: Record<string, unknown> | undefined): Pick<FoundProgram, 'choices' | 'notes'> {
  const choices: ProgramChoice[] = []
  const notes: ProgramNote[] = []
  const add = (script: string, from: string, words: readonly string[] = []) => {
    const path = script.replace(/^\.\//, '')
    if (files.get(path)?.kind === 'file') choices.push({ command: ['node', path, ...words], from, kind: 'node' })
  }
  const start = isObject(description?.scripts) ? description.scripts.start : undefined
  if (typeof start === 'string') {
    const [script, ...words] = scriptOf(files, start)
    if (script !== undefined) add(script, 'package.json', words)
    else notes.push({ code: 'shell_start', value: start.slice(0, 200) })
  }
  if (typeof description?.main === 'string') add(description.main, 'package.json')
  for (const script of nodeScripts) add(script, script)
  const needs = isObject(description?.dependencies) ? Object.keys(description.dependencies).length : 0
  if (needs > 0 && ![...files.keys()].some((path) => path.startsWith('node_modules/')))
    notes.push({ code: 'node_modules_missing', value: String(needs) })
  return { choices, notes }
}

/** `node server.js` → its words behind node; `next start` → the program that node_modules means by it. Empty: it takes a shell. */
function scriptOf(files: Files, start: string): string[] {
  const read = readCommand(start)
  if (!('words' in read)) return []
  const [program = '', ...words] = read.words
  if (program === 'node') return words[0]?.startsWith('-') ? [] : words
  const bin = packageJson(files, `node_modules/${program}/package.json`)?.bin
  const script = typeof bin === 'string' ? bin : isObject(bin) ? bin[program] : undefined
  return typeof script === 'string' ? [`node_modules/${program}/${script.replace(/^\.\//, '')}`, ...words] : []
}

const python = '/usr/bin/python3'

function pythonChoices(files: Files): ProgramChoice[] {
  const choice = (from: string, words: string[] = []): ProgramChoice => ({ command: [python, from, ...words], from, kind: 'python' })
  const found = pythonScripts.filter((path) => files.get(path)?.kind === 'file').map((path) => choice(path))
  return files.has('manage.py') ? [...found, choice('manage.py', ['runserver', '--noreload'])] : found
}

function pythonNotes(files: Files): ProgramNote[] {
  const needs = (textOf(files, 'requirements.txt') ?? '').split('\n').filter((line) => /^\s*[A-Za-z0-9]/.test(line))
  return needs.length > 0 ? [{ code: 'requirements', value: String(needs.length) }] : []
}

const isElf = (bytes: Buffer) => bytes.subarray(0, 4).toString('latin1') === '\x7fELF'
const isScript = (bytes: Buffer) => bytes.subarray(0, 2).toString('latin1') === '#!'
/** Programs of other systems: Windows and macOS. */
const isForeign = (bytes: Buffer) =>
  bytes.subarray(0, 2).toString('latin1') === 'MZ' || ['cffaedfe', 'feedfacf', 'cafebabe'].includes(bytes.subarray(0, 4).toString('hex'))

const nearTop = ({ path }: ArchiveEntry) => /^(bin\/)?[^/]+$/.test(path) && !/\.(so|js|mjs|py|json|md|txt)(\.|$)/.test(path)

function binaryChoices(entries: readonly ArchiveEntry[]): ProgramChoice[] {
  const found = entries.flatMap((entry) =>
    entry.kind === 'file' && nearTop(entry) && (isElf(entry.bytes) || (entry.executable && isScript(entry.bytes))) ? [entry.path] : [],
  )
  return found.slice(0, mostBinaries).map((path) => ({ command: [path.includes('/') ? path : `./${path}`], from: path, kind: 'binary' }))
}

function foreignBinaries(entries: readonly ArchiveEntry[]): ProgramNote[] {
  const found = entries.find((entry) => entry.kind === 'file' && nearTop(entry) && isForeign(entry.bytes))
  return found ? [{ code: 'foreign_binary', value: found.path }] : []
}

/** Names and harmless values that the author wrote down for others; never those of `.env` itself. */
function exampleVariables(files: Files): FoundProgram['variables'] {
  const text = textOf(files, '.env.example') ?? textOf(files, '.env.sample') ?? ''
  return text
    .split('\n')
    .slice(0, 200)
    .flatMap((line) => {
      const match = /^\s*(?:export\s+)?([A-Za-z][A-Za-z0-9_]{0,63})=(.*)$/.exec(line)
      if (!match?.[1] || /^(TENGEN_|PORT$|HOST$)/.test(match[1])) return []
      return { name: match[1], default: (match[2] ?? '').trim().replace(/^(["'])(.*)\1$/, '$2') }
    })
    .slice(0, 50)
}
