import { setTimeout as sleep } from 'node:timers/promises'

const factor = Math.max(Number(process.env.TENGEN_PACE) || 1, 0.001)

/** Every duration of the agent's own goes through here, so that tests can run it faster. Durations of packages do not. */
export function paced(ms: number): number {
  return ms / factor
}

/** Waits, or throws the signal's reason. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal ? { signal } : {})
}

/** What is waited for, unless the signal comes first; then its reason is thrown. */
export async function unlessAborted(wanted: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await Promise.race([wanted, aborted])
  signal.throwIfAborted()
}

/** Asked for while it still runs, it is not begun a second time. */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () =>
    (running ??= work().finally(() => {
      running = undefined
    }))
}

/** Exponential with full upper half of jitter: many agents that lost one hub must not come back at one moment. */
export function backoffMs(attempt: number, firstMs: number, mostMs: number): number {
  const ceiling = Math.min(firstMs * 2 ** Math.min(attempt, 20), mostMs)
  return paced(ceiling * (0.5 + Math.random() / 2))
}

/** Waits that can be cut short. A ring that nobody waited for is not lost. */
export class Bell {
  private isRung = false
  private wakeUp: () => void = () => undefined

  ring(): void {
    this.isRung = true
    this.wakeUp()
  }

  /** True when it was rung, false when time was over. */
  async wait(ms: number): Promise<boolean> {
    if (!this.isRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        this.wakeUp = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    const wasRung = this.isRung
    this.isRung = false
    return wasRung
  }
}
