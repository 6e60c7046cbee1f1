import { newId } from '@/lib/ids'
import { logger } from '@/lib/logger'
import { pace } from '@/lib/pace'
import { pool } from './client'

const log = logger('heartbeat')

/** Says every few seconds that this process lives; `/api/health/ready` and the platform's health page read it. Returns the way to stop. */
export function beatAs(kind: 'gateway' | 'worker' | 'observer' | 'web'): { readonly id: string; stop(): Promise<void> } {
  const id = `${kind}-${newId()}`
  const beat = () =>
    pool
      .query({
        name: 'heartbeat',
        text: `insert into "ProcessHeartbeat" (id, kind, "heardAt") values ($1, $2, now()) on conflict (id) do update set "heardAt" = now()`,
        values: [id, kind],
      })
      .catch((error: unknown) => log.debug({ err: error }, 'not heard'))
  const timer = setInterval(beat, pace('heartbeat'))
  timer.unref()
  void beat()
  return {
    id,
    async stop() {
      clearInterval(timer)
      await pool.query('delete from "ProcessHeartbeat" where id = $1 or "heardAt" < now() - interval \'1 day\'', [id]).catch(() => {})
    },
  }
}
