import { setTimeout as sleep } from 'node:timers/promises'
import type { Hub } from './hub'

/** Looked at every few milliseconds, which one prepared statement answers. */
export async function untilEnded(hub: Hub, recordId: string, patienceMs = 180_000): Promise<void> {
  const ask = { name: 'bench-record', text: 'select state, message from "DeployRecord" where id = $1', values: [recordId] }
  for (const end = performance.now() + patienceMs; performance.now() < end; await sleep(15)) {
    const { rows } = await hub.connections.pool.query<{ state: string; message: string | null }>(ask)
    const state = rows[0]?.state ?? 'gone'
    if (state === 'succeeded') return
    if (['failed', 'cancelled', 'gone'].includes(state))
      throw new Error(`The record ended ${state}: ${rows[0]?.message} ${JSON.stringify(await endsOf(hub, recordId))}\n${hub.said()}`)
  }
  throw new Error(`The record does not end.\n${hub.said()}`)
}

const endsOf = ({ connections }: Hub, recordId: string) =>
  connections.db.task.groupBy({ by: ['state', 'code'], where: { recordId }, _count: true })
