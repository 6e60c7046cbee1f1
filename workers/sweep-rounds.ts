import { pool } from '@/lib/db/client'
import { logger } from '@/lib/logger'
import { type Sweep, sweeps } from './sweeps'

const log = logger('worker.sweeps')

/** One worker a sweep at a time: whoever gets the lock looks, the others let it be. */
async function lookAlone({ name, look }: Sweep): Promise<void> {
  const client = await pool.connect()
  try {
    const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock(hashtext($1)) as mine', [`sweep:${name}`])
    if (!rows[0]?.mine) return
    try {
      await look()
    } finally {
      await client.query('select pg_advisory_unlock(hashtext($1))', [`sweep:${name}`])
    }
  } finally {
    client.release()
  }
}

/** Starts every sweep on its own round; the next round begins only when the last has ended. */
export function startSweeps(): { stop(): Promise<void> } {
  let stopped = false
  const timers = new Map<string, NodeJS.Timeout>()
  const running = new Set<Promise<void>>()
  const schedule = (sweep: Sweep, afterMs: number): void => {
    if (stopped) return
    timers.set(
      sweep.name,
      setTimeout(() => {
        const look = lookAlone(sweep)
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
    },
  }
}
