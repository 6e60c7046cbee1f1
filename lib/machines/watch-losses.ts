import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { pool } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'
import { pace } from '@/lib/pace'
import { tellRested } from '@/lib/relations/tell-rested'
import { listeningSince } from './listening-since'

const sweep = systemActor('sweep:watch-losses')

/** Over so many per cent of a pool, and at least two machines. */
export const isCorrelated = ({ lost, of, percent }: Pick<Loss, 'lost' | 'of' | 'percent'>): boolean =>
  lost >= 2 && lost * 100 > of * percent

export interface Loss {
  readonly id: string
  readonly name: string
  readonly since: Date | null
  readonly accepted: number
  /** Silent, or with a fault of now. */
  readonly missing: number
  /** And those that were lost at about the same time and emptied since. */
  readonly lost: number
  readonly of: number
  /** What the pool bears. */
  readonly percent: number
}

/** What becomes of a pool: one cause that takes many machines at once is no time to move everything onto the rest. */
export function whatOf(loss: Loss): 'pause' | 'resume' | 'forget' | 'stay' {
  const { since, accepted, missing, lost } = loss
  const many = missing > 0 && isCorrelated(loss)
  if (since) return many ? 'stay' : 'resume'
  if (many) return lost > accepted ? 'pause' : 'stay'
  return accepted > 0 ? 'forget' : 'stay'
}

/** Pools that lose many machines at once rest until these are back, or an operator lets automation go on. */
export async function watchLosses(): Promise<number> {
  const deaf = new Date(clock.nowMs() - pace('unknownAfter'))
  const listening = await listeningSince()
  // What no gateway could hear is not missing.
  if (!listening || listening > deaf) return 0
  const losses = await readLosses(deaf)
  for (const loss of losses) await settle(loss)
  return losses.length
}

async function readLosses(deaf: Date): Promise<Loss[]> {
  const { rows } = await pool.query<Loss>(
    `select * from (
       select r.id, r.name, r."lossSince" as since, r."lossAccepted" as accepted, r."lossPercent" as percent, count(*)::int as of,
         count(*) filter (where m.state <> 'error' and (fault.recent or silent.now))::int as missing,
         count(*) filter (where fault.recent or silent.now)::int as lost
       from "Runtime" r join "Machine" m on m."runtimeId" = r.id and m."removedAt" is null and not m.maintenance
         and m.state in ('inited', 'ready', 'error_detected', 'error'),
       lateral (select m.state in ('error_detected', 'error')
         and m."stateSince" >= coalesce(r."lossSince", $1::timestamp) - $2 * interval '1 millisecond' as recent) fault,
       lateral (select m.state in ('inited', 'ready') and m."heardAt" < $3::timestamp as now) silent
       group by r.id) found
     where lost >= 2 or since is not null or accepted > 0`,
    [clock.now().toISOString(), pace('lossWindow'), deaf.toISOString()],
  )
  return rows
}

async function settle(loss: Loss): Promise<void> {
  const what = whatOf(loss)
  if (what === 'stay') return
  await transaction(async (tx) => {
    const subject = { kind: 'runtime', id: loss.id } as const
    if (what === 'forget') {
      await tx.runtime.updateMany({ where: { id: loss.id, lossSince: null }, data: { lossAccepted: 0 } })
    } else if (what === 'pause') {
      const data = { lossSince: clock.now(), lossCount: loss.lost, lossOf: loss.of }
      const { count } = await tx.runtime.updateMany({ where: { id: loss.id, lossSince: null }, data })
      const values = { name: loss.name, lost: loss.lost, of: loss.of, before: { automation: 'on' }, after: { automation: 'off' } }
      if (count > 0) await writeEvent(tx, sweep, { name: 'runtime.automation_paused', subject, data: values })
    } else {
      const { count } = await tx.runtime.updateMany({
        where: { id: loss.id, lossSince: { not: null } },
        data: { lossSince: null, lossCount: 0, lossOf: 0, lossAccepted: 0 },
      })
      if (count === 0) return
      await tellRested(tx, loss.id)
      const values = { name: loss.name, before: { automation: 'off' }, after: { automation: 'on' } }
      await writeEvent(tx, sweep, { name: 'runtime.automation_resumed', subject, data: values })
    }
  })
}
