import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import path from 'node:path'
import type { Answer } from '@/lib/protocol/diagnosis'
import type { Home } from '@/scripts/up/home'

const mostBytes = 512 * 1024
const mostErrors = 200
/** pino's numbers: from here on something went wrong. */
const errorLevel = 50

const logFiles = (home: Home): string[] =>
  existsSync(home.logs)
    ? readdirSync(home.logs)
        .filter((name) => /\.log$/.test(name))
        .sort()
    : []

/** The end of a file, from the beginning of a line. */
function endOf(file: string, most = mostBytes): string {
  const opened = openSync(file, 'r')
  try {
    const { size } = fstatSync(opened)
    const buffer = Buffer.alloc(Math.min(size, most))
    readSync(opened, buffer, 0, buffer.length, size - buffer.length)
    const text = buffer.toString('utf8')
    return size > most ? text.slice(text.indexOf('\n') + 1) : text
  } finally {
    closeSync(opened)
  }
}

export function askLogs(home: Home): Answer {
  const names = logFiles(home)
  const files = Object.fromEntries(names.map((name) => [`logs/${name}`, endOf(path.join(home.logs, name))]))
  return { says: names.length > 0 ? `the end of ${names.length}` : `none in ${home.logs}: look where the processes write theirs`, files }
}

interface Line {
  readonly level?: number
  readonly time?: string
  readonly part?: string
  readonly msg?: string
}

/** Errors of all processes, newest last. */
export function askErrors(home: Home): Answer {
  const found = logFiles(home).flatMap((name) =>
    endOf(path.join(home.logs, name))
      .split('\n')
      .flatMap((text) => {
        const line = parse(text)
        return line?.level !== undefined && line.level >= errorLevel ? [{ ...line, file: name }] : []
      }),
  )
  const last = found.sort((a, b) => String(a.time).localeCompare(String(b.time))).slice(-mostErrors)
  const newest = last.at(-1)
  const says = newest ? `${found.length}, the last ${newest.time}: ${newest.part ?? newest.file}: ${newest.msg ?? ''}` : 'none'
  return { ok: found.length === 0, says, files: { 'errors.json': last } }
}

function parse(text: string): Line | undefined {
  try {
    return text.startsWith('{') ? (JSON.parse(text) as Line) : undefined
  } catch {
    return undefined
  }
}
