import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import { dayMs, reminderDays } from './inventory-views'
import type { MachineList } from './views'

/** No menu is longer. */
const mostChoices = 100

/** Zones and labels that machines have, to filter by. */
export async function placeChoices(): Promise<Pick<MachineList['choices'], 'zones' | 'labels'>> {
  const { rows: zones } = await pool.query<{ zone: string }>(
    'select distinct zone from "Machine" where "removedAt" is null and zone is not null order by 1 limit $1',
    [mostChoices],
  )
  const { rows: labels } = await pool.query<{ label: string }>(
    `select distinct l.key || '=' || l.value as label from "Machine" m, jsonb_each_text(m.labels) l where m."removedAt" is null order by 1 limit $1`,
    [mostChoices],
  )
  return { zones: zones.map((row) => row.zone), labels: labels.map((row) => row.label) }
}

/** What ends before then ends soon. */
export const soonAt = (): Date => new Date(clock.nowMs() + reminderDays[0] * dayMs)

export async function countExpiring(): Promise<MachineList['expiring']> {
  const until = (time: Date) => db.machine.count({ where: { removedAt: null, expiresAt: { lte: time } } })
  const [over, all] = [await until(clock.now()), await until(soonAt())]
  return { over, soon: all - over }
}
