import { exitCodeOf, type Held, howEnded, waitForEnd } from './holder'
import { paced } from './pace'
import { bootId, isAlive, uptimeMs } from './procfs'
import type { UnitRecord } from './unit-record'

const crashExits = 4
const crashWindowMs = 60_000

/** Watches one process until it ends or the watch is called off. */
export class Watch {
  private readonly calledOff = new AbortController()

  constructor(
    readonly held: Held,
    onEnd: (exitCode: number | null) => void,
  ) {
    waitForEnd(held, this.calledOff.signal).then(
      (exitCode) => this.calledOff.signal.aborted || onEnd(exitCode),
      () => undefined,
    )
  }

  callOff(): void {
    this.calledOff.abort()
  }
}

export function heldOf(process: NonNullable<UnitRecord['process']>, dir: string): Held {
  return { runId: process.runId, dir, mark: process.mark }
}

export function isProcessUp(record: UnitRecord): boolean {
  return record.process !== null && isAlive(record.process.mark)
}

export function endedBeforeBoot(record: UnitRecord): boolean {
  return record.process !== null && record.process.mark.bootId !== bootId
}

/** Notes an exit; true when it was one too many within the window. */
export function noteExit(record: UnitRecord, dir: string): boolean {
  const now = uptimeMs()
  const earlier = record.exits.bootId === bootId ? record.exits.atMs : []
  record.exits = { bootId, atMs: [...earlier.filter((at) => now - at < paced(crashWindowMs)), now] }
  record.exitCode = exitCodeOf(dir) ?? null
  return record.exits.atMs.length >= crashExits
}

/** `kills`: of its group, now. 137 is how shells say SIGKILL. */
export function endOfProcess(record: UnitRecord, kills: number): { code: 'memory_limit' | undefined; how: string } {
  const { exitCode, process, content } = record
  const how = howEnded(exitCode)
  if (kills <= (process?.kills ?? 0)) return { code: undefined, how }
  const limit = `the memory limit of ${content?.resources.memoryMib} MiB`
  return { code: 'memory_limit', how: exitCode === 137 ? `was killed by ${limit}` : `${how} after ${limit} had killed a part of it` }
}

/**
 * After an exit a passed check is believed only once the process has stayed up longer than one of a crash loop could: else a
 * program that answers a moment before it dies would be shown as running again and again.
 */
export function isOnProbation(record: UnitRecord): boolean {
  const { exits, process } = record
  const now = uptimeMs()
  if (!process || exits.bootId !== bootId || !exits.atMs.some((at) => now - at < paced(crashWindowMs))) return false
  return now - process.startedAtMs < paced(crashWindowMs) / crashExits
}

/** 0.5 s, 1 s, 2 s … so that a crash loop is told before the next start, and a rare crash costs little. */
export function restartDelayMs(record: UnitRecord): number {
  return paced(Math.min(500 * 2 ** Math.max(record.exits.atMs.length - 1, 0), 30_000))
}
