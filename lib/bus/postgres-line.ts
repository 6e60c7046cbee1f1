import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { pool } from '@/lib/db/client'
import { env } from '@/lib/env'
import type { Line } from './bus'

const channel = 'tengen_bus'

/** News by NOTIFY: sent through the pool, heard on one connection of its own. */
export function postgresLine(): Line {
  let closed = false
  let client: pg.Client | undefined

  /** One life of the connection; resolves when it ends. */
  async function live(hear: (message: string) => void, listening: () => void): Promise<void> {
    const current = new pg.Client({ connectionString: env().DATABASE_URL, keepAlive: true, application_name: 'tengen-bus' })
    client = current
    const ended = new Promise<void>((resolve) => {
      current.once('error', () => resolve())
      current.once('end', () => resolve())
    })
    try {
      await current.connect()
      current.on('notification', ({ payload }) => hear(payload ?? ''))
      await current.query(`listen ${channel}`)
      listening()
      await ended
    } catch {
      // The database is away; the loop comes back.
    }
    await current.end().catch(() => {})
  }

  return {
    async send(messages) {
      await pool.query({ name: 'bus', text: 'select pg_notify($1, m) from unnest($2::text[]) m', values: [channel, messages] })
    },
    listen(hear, back) {
      return new Promise((resolve) => {
        let isFirst = true
        const listening = () => {
          if (!isFirst) back()
          isFirst = false
          resolve()
        }
        void (async () => {
          while (!closed) {
            await live(hear, listening)
            if (!closed) await sleep(200 + Math.random() * 800)
          }
        })()
      })
    },
    async close() {
      closed = true
      await client?.end().catch(() => {})
    },
  }
}
