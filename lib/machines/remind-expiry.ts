import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { pool } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'
import { logger } from '@/lib/logger'
import { dayMs, reminderDays } from './inventory-views'

const sweep = systemActor('sweep:remind-expiry')
const log = logger('sweep.remind-expiry')

interface Due {
  readonly id: string
  readonly days: number
}

/** Of the reminders that the present has reached, the last one of each machine; one that was given is not given again. */
const dueQuery = `
  select m.id, d.days
  from "Machine" m cross join lateral (
    select min(n)::int as days from unnest($2::int[]) n where m."expiresAt" <= $1::timestamp + make_interval(days => n)
  ) d
  where m."removedAt" is null and d.days is not null and m."expiresAt" > $1::timestamp
    and not exists (select 1 from "MachineReminder" r where r."machineId" = m.id and r."expiresAt" = m."expiresAt" and r.days = d.days)
  order by m."expiresAt" limit $3`

/** Writes an event 30, 7 and 1 days before a machine's end, each once: whoever tells people reads events. */
export async function remindExpiry(limit = 200): Promise<number> {
  const { rows } = await pool.query<Due>(dueQuery, [clock.now().toISOString(), [...reminderDays], limit])
  for (const due of rows)
    await remind(due).catch((error: unknown) => log.warn({ err: error, machineId: due.id }, 'no reminder was written'))
  return rows.length
}

async function remind({ id, days }: Due): Promise<void> {
  await transaction(async (tx) => {
    const { name, owner, expiresAt } = await tx.machine.findUniqueOrThrow({ where: { id } })
    // An operator may just have said another date: the next look finds it.
    if (!expiresAt || expiresAt.getTime() > clock.nowMs() + days * dayMs) return
    // Those before it, which nobody was there to give, are over with it.
    const reached = reminderDays.filter((one) => one >= days)
    const made = await tx.machineReminder.createMany({
      data: reached.map((one) => ({ machineId: id, expiresAt, days: one, at: clock.now() })),
      skipDuplicates: true,
    })
    if (made.count === 0) return
    const left = Math.ceil((expiresAt.getTime() - clock.nowMs()) / dayMs)
    await writeEvent(tx, sweep, {
      name: 'machine.expires_soon',
      subject: { kind: 'machine', id },
      data: { name, owner, days, left, expiresAt: expiresAt.toISOString() },
    })
  })
}
