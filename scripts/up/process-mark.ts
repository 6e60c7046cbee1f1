import { isAlive } from '@/scripts/process-mark.mjs'

export { isAlive, markOf, takeFile } from '@/scripts/process-mark.mjs'

/** A process, told apart from a later one that got the same number. */
export interface ProcessMark {
  readonly pid: number
  readonly started: string
}

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
