import { logger } from '@/lib/logger'
import { makeSweepLocks, type SweepLocks } from './sweep-locks'
import { sweeps as allSweeps, type Sweep } from './sweeps'

const log = logger('worker.sweeps')

/** One worker a sweep at a time: whoever gets the lock looks, the others let it be. */
async function lookAlone(locks: SweepLocks, { name, look }: Sweep): Promise<void> {
  if (!(await locks.take(name))) return
  try {
    await look()
  } finally {
    await locks.leave(name)
  }
}

/** Starts every sweep on its own round; the next round begins only when the last has ended. */
export function startSweeps(sweeps: readonly Sweep[] = allSweeps): { stop(): Promise<void> } {
  let stopped = false
  const locks = makeSweepLocks()
  const timers = new Map<string, NodeJS.Timeout>()
  const running = new Set<Promise<void>>()
  const schedule = (sweep: Sweep, afterMs: number): void => {
    if (stopped) return
    timers.set(
      sweep.name,
      setTimeout(() => {
        const look = lookAlone(locks, sweep)
          .catch((error: unknown) => log.warn({ err: error, sweep: sweep.name }, 'a sweep failed'))
          .finally(() => {
            running.delete(look)
            schedule(sweep, sweep.everyMs())
          })
        running.add(look)
      }, afterMs),
    )
  }
  for (const sweep of sweeps) schedule(sweep, Math.min(sweep.everyMs(), 1_000))
  return {
    async stop() {
      stopped = true
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.all(running)
      await locks.close()
    },
  }
}
