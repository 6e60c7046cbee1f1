import { readdirSync, readFileSync } from 'node:fs'

/** A process as /proc shows it; environments tell whose it is. */
export interface Seen {
  readonly pid: number
  readonly command: string
  readonly environment: ReadonlyMap<string, string>
}

/** Everything that runs for a unit, of whichever machine. */
export function processesOfUnits(): Seen[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => lookAt(Number(pid)) ?? [])
}

function lookAt(pid: number): Seen | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/environ`, 'utf8')
    if (!text.includes('TENGEN_UNIT_ID=')) return undefined
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')) return undefined
    const environment = new Map(text.split('\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
    return { pid, environment, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() }
  } catch {
    // It ended while we looked.
    return undefined
  }
}

export const isIn = ({ environment }: Seen, home: string): boolean =>
  environment.get('TENGEN_UNIT_DIR')?.startsWith(`${home}/apps/`) ?? false
export const isHook = ({ command }: Seen): boolean => command.includes('hooks/witness')
/** The served process itself: not the shell that holds it, which has the command among its arguments. */
export const isServer = ({ command }: Seen): boolean => !command.includes('tengen-hold') && command.includes('bin/server.mjs')

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
