import { clock } from '@/lib/clock'
import { pool } from '@/lib/db/client'
import { pace } from '@/lib/pace'
import type { Health } from './views'

/** How a stage does: counted from its units, the freshness of their machines, and whether a deploy is changing it. */
export interface StageHealth {
  readonly health: Health
  readonly unknown: number
  readonly running: number
  readonly wanted: number
}

/** The last moment at which a machine must have been heard to be known, as the queries here take it. */
export const heardLimit = (): Date => new Date(clock.nowMs() - pace('unknownAfter'))

/**
 * The rule, once, for lists that filter by it and for pages that show it. Written for a stage `t`; `since` is the
 * placeholder of heardLimit(). A unit that is not heard is never counted as good, whatever it said last.
 */
export const healthLateral = (since: string): string => `
  left join lateral (
    select count(*)::int as total,
      count(*) filter (where u.state <> 'none' and (m."heardAt" is null or m."heardAt" < ${since}::timestamp) and a.id is not null)::int as unknown,
      count(*) filter (where u.state = 'running' and m."heardAt" >= ${since}::timestamp)::int as running,
      count(*) filter (where u.state = 'stopped')::int as stopped,
      count(*) filter (where u.state = 'error' or u.held)::int as bad,
      count(*) filter (where u.held)::int as held,
      count(*) filter (where u.transition is not null or u.state in ('none', 'allocated', 'deployed', 'removing'))::int as moving
    from "Unit" u
    left join "Allocation" a on a."unitId" = u.id and a."to" is null
    left join "Machine" m on m.id = a."machineId"
    where u."stageId" = t.id and u."removedAt" is null
  ) own on true
  left join lateral (
    select coalesce(sum(x."wantedCount"), 0)::int as wanted,
      coalesce(sum(x.size), 0)::int as total,
      coalesce(sum(x.size) filter (where x.silent), 0)::int as unknown,
      coalesce(sum(least(x.available, x.size)) filter (where not x.silent and x.state <> 'stopped'), 0)::int as running,
      coalesce(sum(x.size) filter (where x.state = 'stopped'), 0)::int as stopped,
      count(*) filter (where x.state = 'failed' or x.held or x."isChanged")::int as bad,
      coalesce(sum(x.size) filter (where x.held), 0)::int as held,
      count(*) filter (where x.state in ('progressing', 'removing'))::int as moving
    from (
      select p."wantedCount", w.state, w.held, w."isChanged", w.available, c."heardAt" is null or c."heardAt" < ${since}::timestamp as silent,
        case w.state when 'stopped' then p.count else w.desired end as size
      from "Placement" p
      left join ("Workload" w join "Cluster" c on c.id = w."clusterId") on w."placementId" = p.id and w.state not in ('none', 'removed')
      where p."stageId" = t.id
    ) x
  ) whole on true
  left join lateral (
    select whole.wanted, own.total + whole.total as total, own.unknown + whole.unknown as unknown, own.running + whole.running as running,
      own.stopped + whole.stopped as stopped, own.bad + whole.bad as bad, own.held + whole.held as held, own.moving + whole.moving as moving
  ) n on true
  left join lateral (
    select exists (select 1 from "DeployRecord" r where r."stageId" = t.id and r."endedAt" is null and r.state in ('running', 'paused', 'cancelling')) as changing
  ) c on true
  left join lateral (
    select case
      when n.total = 0 and n.wanted = 0 then case when c.changing then 'progressing' else 'none' end
      when n.total = 0 then case when c.changing then 'progressing' else 'degraded' end
      when n.unknown > 0 then 'unknown'
      when n.bad > 0 then 'degraded'
      when n.running = n.total and n.running >= n.wanted then 'healthy'
      when n.stopped = n.total then 'stopped'
      when c.changing or n.moving > 0 then 'progressing'
      else 'degraded'
    end as health
  ) h on true`

/** What of the units decides about a stage's changes. */
export const unitColumns = `n.total as units, whole.total as pods, n.stopped, n.held`

export const healthColumns = `h.health, n.unknown, n.running, greatest(n.wanted, n.total)::int as wanted`

/** For stages that are known already. */
export async function stageHealth(stageIds: readonly string[]): Promise<Map<string, StageHealth>> {
  if (stageIds.length === 0) return new Map()
  const { rows } = await pool.query<StageHealth & { id: string }>({
    name: 'stage-health',
    text: `select t.id, ${healthColumns} from "Stage" t ${healthLateral('$2')} where t.id = any($1::text[])`,
    values: [stageIds, heardLimit().toISOString()],
  })
  return new Map(rows.map(({ id, ...health }) => [id, health]))
}
