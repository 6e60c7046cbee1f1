import { pool } from '@/lib/db/client'
import { logger } from '@/lib/logger'
import { pagesOf } from './pages-of'
import { relateStage } from './relate-stage'

const log = logger('sweep.tell-clusters')

/** Stages that require something, and run in a cluster or take from one that does: what clusters do says nothing to the other side by itself. */
const concerned = `
  select distinct r."consumerStageId" as id from "Relation" r
  where r."removedAt" is null and r."consumerStageId" > $1 and exists (
    select 1 from "Placement" p join "Workload" w on w."placementId" = p.id and w.state <> 'none' and w.state <> 'removed'
    where p."stageId" in (r."consumerStageId", r."providerStageId"))
  order by 1 limit $2`

/** Whoever has not been told of others what is true now is told, as a record; who is in step costs a look. */
export async function tellClusters(): Promise<void> {
  for await (const rows of pagesOf(page))
    for (const { id: stageId } of rows)
      await relateStage({ stageId }).catch((error: unknown) => log.warn({ err: error, stageId }, 'it could not be told'))
}

async function page(after: string, take: number): Promise<{ id: string }[]> {
  const { rows } = await pool.query<{ id: string }>(concerned, [after, take])
  return rows
}
