import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import path from 'node:path'

/** The machine cannot run this benchmark; the message is one sentence that says what to do. */
export class Missing extends Error {}

const places = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/bin', '/bin']

export function findProgram(name: string): string | undefined {
  return places
    .map((folder) => path.join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** Program → the Debian package that brings it. */
export function needPrograms(bench: string, programs: Readonly<Record<string, string>>): void {
  const missing = Object.entries(programs).filter(([name]) => !findProgram(name))
  if (missing.length === 0) return
  const names = [...new Set(missing.map(([, debian]) => debian))].join(' ')
  throw new Missing(`${bench} needs ${missing.map(([name]) => name).join(', ')}: apt-get install --no-install-recommends ${names}`)
}

export function needRoot(bench: string, why: string): void {
  if (process.getuid?.() !== 0) throw new Missing(`${bench} needs root ${why}.`)
}

export function needNamespaces(bench: string): void {
  const tried = spawnSync(findProgram('unshare') ?? 'unshare', ['--net', '--pid', '--fork', '--mount-proc', 'true'], { encoding: 'utf8' })
  if (tried.status !== 0)
    throw new Missing(`${bench} needs network and process namespaces, which this machine refuses: ${tried.stderr.trim()}`)
}
