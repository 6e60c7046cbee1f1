import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { failed, type Outcome, UsageError } from '@/cli/outcome'
import { detectProgram, type ProgramNote } from '@/lib/package-format/detect-program'
import { helpersFor } from '@/lib/package-format/helper-files'
import { suggestProgram } from '@/lib/package-format/suggest-program'
import { manifestFile } from '@/lib/package-format/validate-package'
import { writeManifest } from '@/lib/package-format/write-manifest'
import { readCommand } from '@/lib/protocol/command-words'
import { OwnProgram } from '@/lib/protocol/own-program'
import { readPackage } from './read-package'

export type InitOptions = {
  name?: string | undefined
  version?: string | undefined
  command?: string | undefined
  port?: string | undefined
  'port-option'?: string | undefined
  check?: string | undefined
  force?: boolean | undefined
}

/** Writes tengen.yaml for what lies in the folder. */
export async function init(folder: string, options: InitOptions): Promise<Outcome> {
  const entries = await readPackage(folder)
  const paths = new Set(entries.map(({ path }) => path))
  if (paths.has(manifestFile) && !options.force) return failed(`${join(folder, manifestFile)} is there already; --force writes over it.`)
  const found = detectProgram(entries, existsSync(join(folder, '.env')) && !paths.has('.env'))
  const notes = found.notes.map((note) => ({ ...note, message: sentences[note.code](note.value) }))
  const suggested = suggestProgram(found, options.name ?? basename(resolve(folder)))
  const answers = answersOf(options, { ...suggested, folder: entries.length === 0 ? 'unit' : 'package' })
  if (answers.command.length === 0) return failed(sentences.nothing_found(''), { notes })
  const parsed = OwnProgram.safeParse(answers)
  if (!parsed.success) return failed(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'))
  const manifest = writeManifest(parsed.data)
  const written = [{ path: manifestFile, bytes: Buffer.from(manifest) }, ...helpersFor(manifest, paths)]
  for (const { path, bytes } of written as { path: string; bytes: Buffer }[]) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytes)
  }
  const { name, version, command } = parsed.data
  // What was said need not have been found.
  const told = notes.filter(({ code }) => code !== 'nothing_found')
  const others = found.choices.filter((choice) => choice.command.join(' ') !== command.join(' '))
  return {
    code: 0,
    lines: [
      ...written.map(({ path }) => `wrote ${join(folder, path)}`),
      `${name} ${version} runs: ${command.join(' ')}`,
      ...toldOf(parsed.data),
      ...others.map((choice) => `could also run (--command): ${choice.command.join(' ')}`),
      ...told.map(({ message }) => `note: ${message}`),
      'next: look at tengen.yaml, then tengen package pack',
    ],
    json: { ok: true, name, version, command, written: written.map(({ path }) => path), choices: found.choices, notes: told },
  }
}

/** How the program learns its port, where its command does not say so. */
function toldOf({ ports }: OwnProgram): string[] {
  return ports.map(({ default: port, variable, option }) => {
    const ways = [variable && `variable ${variable}`, option && `option ${option.replace(/=$/, '')}`].filter(Boolean)
    return `its port (${port}, or the next free one) is told by ${ways.join(' and ')}`
  })
}

function answersOf({ name, version, command, port, 'port-option': option, check }: InitOptions, suggested: OwnProgram): OwnProgram {
  const words = command === undefined ? suggested.command : wordsOf(command)
  const number = port === undefined ? 8080 : Number(port)
  if (!Number.isInteger(number) || number < 0 || number > 65_535) throw new UsageError(`--port ${port} is no port.`)
  const ports = number === 0 ? [] : suggested.ports.map((one) => ({ ...one, default: number, option: option ?? one.option }))
  if (number === 0 && (check ?? option) !== undefined)
    throw new UsageError(`${check === undefined ? '--port-option' : '--check'} needs a port.`)
  return {
    ...suggested,
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    command: words,
    ports,
    ...(check === undefined ? {} : { check: { kind: 'http', port: 'http', path: check, status: null } }),
  }
}

function wordsOf(command: string): string[] {
  const read = readCommand(command, { takesPlaces: true })
  if ('words' in read) return read.words
  if (read.problem === 'quote_open') throw new UsageError('--command: a quote is not closed.')
  throw new UsageError(`--command: no shell runs this, so ${read.sign} means nothing; put it in quotes, or the line into a script.`)
}

const sentences: Record<ProgramNote['code'], (value: string) => string> = {
  node_modules_missing: (count) =>
    `package.json names ${count} dependencies, but there is no node_modules: run npm ci --omit=dev first, machines install nothing.`,
  requirements: (count) =>
    `requirements.txt names ${count} packages: machines install nothing, so bring them along (pip install -t . -r requirements.txt) or have them on the machines.`,
  dotenv: () => '.env stays out of the package: give its variables in the config of the service.',
  shell_start: (start) => `the start script "${start}" needs a shell; write it as one command with --command.`,
  foreign_binary: (path) => `${path} is a program for another system than Linux.`,
  nothing_found: () => 'Nothing was found that could be run: say it with --command "…".',
}
