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

/** Exponential with full upper half of jitter: many agents that lost one hub must not come back at one moment. */
export function backoffMs(attempt: number, firstMs: number, mostMs: number): number {
  const ceiling = Math.min(firstMs * 2 ** Math.min(attempt, 20), mostMs)
  return paced(ceiling * (0.5 + Math.random() / 2))
}
