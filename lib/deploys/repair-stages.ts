import { db, pool } from '@/lib/db/client'
import { logger } from '@/lib/logger'
import { askAgain, forgetPauses } from './ask-again'

const by = 'sweep:repair'
const log = logger('sweep.repair')

interface Short {
  readonly stageId: string
  readonly wanted: number
  readonly there: number
}

/** Stages that have fewer units than their placements say, while nobody changes them: what is missing is made again. */
export async function repairStages(limit = 100): Promise<number> {
  const { rows } = await pool.query<Short>(
    `select p."stageId", sum(p.count)::int as wanted, sum(least(p.count, coalesce(u.n, 0)))::int as there
     from "Placement" p join "Stage" s on s.id = p."stageId" join "Service" v on v.id = s."serviceId" and v."removedAt" is null
     left join (select "placementId", count(*) as n from "Unit" where "removedAt" is null group by 1) u on u."placementId" = p.id
     where not exists (select 1 from "DeployRecord" r where r."stageId" = p."stageId" and r.state in ('queued', 'running', 'paused', 'cancelling'))
     group by p."stageId" having bool_or(p.count > coalesce(u.n, 0)) order by p."stageId" limit $1`,
    [limit],
  )
  for (const { stageId, wanted, there } of rows) {
    await askAgain({
      stageId,
      kind: 'repair',
      // Only what is missing: units that are there and in trouble are a person's business.
      unitNames: [],
      by,
      because: `${there} of ${wanted} units are there`,
      cause: { code: 'units_missing', values: { there, wanted } },
    }).catch((error: unknown) => log.warn({ err: error, stageId }, 'a repair could not be asked for'))
  }
  if (rows.length < limit) await forgetPauses('repair', await liveOrShort(rows))
  return rows.length
}

/** A stage whose repair is under way is not short by this look; its pause must outlive that. */
async function liveOrShort(rows: readonly Short[]): Promise<string[]> {
  const live = await db.deployRecord.findMany({ where: { kind: 'repair', endedAt: null }, select: { stageId: true } })
  return [...rows, ...live].flatMap((row) => row.stageId ?? [])
}
