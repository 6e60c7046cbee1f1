import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { uptime } from 'node:os'

/** A process beyond doubt: a pid alone may have been given to another. */
export type ProcessMark = { pid: number; startTicks: string; bootId: string }
type Stat = { state: string; parent: number; group: number; session: number; startTicks: string; command: string }

export const bootId = read('/proc/sys/kernel/random/boot_id')?.trim() ?? 'unknown'

/** Milliseconds since boot: unlike the clock on the wall, nobody sets it. */
export function uptimeMs(): number {
  return Math.round(uptime() * 1000)
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

export function statOf(pid: number): Stat | undefined {
  const text = read(`/proc/${pid}/stat`)
  if (!text) return undefined
  // The command is in parentheses and may itself hold spaces and parentheses.
  const close = text.lastIndexOf(')')
  const fields = text.slice(close + 2).split(' ')
  return {
    command: text.slice(text.indexOf('(') + 1, close),
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTicks: fields[19] ?? '',
  }
}

export function markOf(pid: number): ProcessMark | undefined {
  const stat = statOf(pid)
  return stat && { pid, startTicks: stat.startTicks, bootId }
}

export function isAlive(mark: ProcessMark): boolean {
  if (mark.bootId !== bootId) return false
  const stat = statOf(mark.pid)
  return stat !== undefined && stat.startTicks === mark.startTicks && stat.state !== 'Z' && stat.state !== 'X'
}

export function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

export function childrenOf(pid: number): number[] {
  const listed = read(`/proc/${pid}/task/${pid}/children`)
  if (listed !== undefined) return listed.split(' ').filter(Boolean).map(Number)
  return allPids().filter((candidate) => statOf(candidate)?.parent === pid)
}

/** Processes that were started with this variable in their environment; it is inherited, and few programs erase it. */
export const pidsWithVariable = (name: string, value: string): number[] => pidsWith(`\0${name}=${value}\0`)

/** Each `wanted` begins with a zero, as every variable in an environment does here. */
function pidsWith(...wanted: readonly string[]): number[] {
  return allPids().filter((pid) => {
    if (pid === process.pid) return false
    const environment = read(`/proc/${pid}/environ`)
    return environment !== undefined && wanted.every((one) => `\0${environment}\0`.includes(one)) && statOf(pid)?.state !== 'Z'
  })
}

/** Sends only to the process meant: the mark is looked at immediately before. */
export function signalProcess(mark: ProcessMark, signal: NodeJS.Signals): void {
  if (isAlive(mark)) sendQuietly(mark.pid, signal)
}

/** `mark` must be the group's leader. */
export function signalGroup(mark: ProcessMark, signal: NodeJS.Signals): void {
  if (isAlive(mark)) sendQuietly(-mark.pid, signal)
}

function sendQuietly(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal)
  } catch {
    // It ended between the look and the signal, which is what was wanted.
  }
}

export const killMarked = (name: string, value: string): void => killAll(pidsWithVariable(name, value))

/** Whatever carries this unit's mark in this home: another agent on the same host may have the unit since it moved there. */
export const killUnit = ({ apps }: { apps: string }, unitId: string): void =>
  killAll(pidsWith(`\0TENGEN_UNIT_ID=${unitId}\0`, `\0TENGEN_UNIT_DIR=${apps}/`))

function killAll(pids: readonly number[]): void {
  const marks = pids.flatMap((pid) => markOf(pid) ?? [])
  for (const mark of marks) signalProcess(mark, 'SIGKILL')
}

/** The process that holds a socket, by its inode; undefined when we may not look or it is gone. */
export function ownerOfSocket(inode: string): { pid: number; command: string } | undefined {
  const pid = holderAmong(allPids(), inode)
  return pid === undefined ? undefined : { pid, command: statOf(pid)?.command ?? 'unknown' }
}

/** Which of these processes holds the socket. */
export function holderAmong(pids: readonly number[], inode: string): number | undefined {
  return pids.find((pid) => holdsSocket(pid, `socket:[${inode}]`))
}

/** A process and all below it. */
export function treeOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)]
}

function holdsSocket(pid: number, wanted: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === wanted
      } catch {
        return false
      }
    })
  } catch {
    return false
  }
}
