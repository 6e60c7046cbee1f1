import type { PoolClient } from 'pg'
import { pool } from '@/lib/db/client'

export interface SweepLocks {
  /** False while another worker has it. */
  take(name: string): Promise<boolean>
  leave(name: string): Promise<void>
  close(): Promise<void>
}

/**
 * One connection for the locks of all sweeps of a worker. With one each, as many sweeps as the pool has connections would
 * hold them all, and none could look at anything. A lost connection frees its locks, and the next take opens another.
 */
export function makeSweepLocks(): SweepLocks {
  let client: PoolClient | undefined
  let turn: Promise<unknown> = Promise.resolve()
  const drop = () => {
    client?.release(true)
    client = undefined
  }
  /** In turn: a connection answers one question at a time. */
  const ask = (text: string, name: string): Promise<boolean> => {
    const answer = turn.then(async () => {
      client ??= await pool.connect()
      try {
        const { rows } = await client.query<{ is: boolean }>(text, [`sweep:${name}`])
        return rows[0]?.is === true
      } catch (error) {
        drop()
        throw error
      }
    })
    turn = answer.catch(() => undefined)
    return answer
  }
  return {
    take: (name) => ask('select pg_try_advisory_lock(hashtext($1)) as is', name),
    async leave(name) {
      await ask('select pg_advisory_unlock(hashtext($1)) as is', name)
    },
    async close() {
      await turn
      drop()
    },
  }
}
