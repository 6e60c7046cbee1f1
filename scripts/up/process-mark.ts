import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process, told apart from a later one that got the same number. */
export interface ProcessMark {
  readonly pid: number
  readonly started: string
}

/** When a process started, in the kernel's own count; undefined when there is none (a zombie is none). */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux')
      return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim() || undefined
    // The name in parentheses may hold spaces and parentheses; the fields after the last one are fixed.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()?.split(' ') ?? []
    return fields[0] === 'Z' ? undefined : `${fields[19]}@${bootId()}`
  } catch {
    return undefined
  }
}

const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

export const markOf = (pid: number): ProcessMark => ({ pid, started: startOf(pid) ?? '' })

export const isAlive = ({ pid, started }: ProcessMark): boolean => started !== '' && startOf(pid) === started

/** Sends a signal only if the number still means the same process. */
export function signal(mark: ProcessMark, name: NodeJS.Signals): void {
  if (!isAlive(mark)) return
  try {
    process.kill(mark.pid, name)
  } catch {
    // It ended in between.
  }
}

/** Asks a process to end, and makes it end when it does not within the time. */
export async function endProcess(mark: ProcessMark, patienceMs: number): Promise<void> {
  signal(mark, 'SIGTERM')
  if (await untilGone(mark, patienceMs)) return
  signal(mark, 'SIGKILL')
  await untilGone(mark, 2_000)
}

export async function untilGone(mark: ProcessMark, patienceMs: number): Promise<boolean> {
  const end = Date.now() + patienceMs
  while (isAlive(mark)) {
    if (Date.now() > end) return false
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return true
}
