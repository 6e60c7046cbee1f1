import { pool } from '@/lib/db/client'
import { logger } from '@/lib/logger'
import { askAgain } from './ask-again'
import { pagesOf } from './pages-of'

const by = 'sweep:catch-up'
const log = logger('sweep.catch-up')

/** Placements in clusters that do not have what was approved for them: it was put off, because the cluster did not answer. */
const behind = `
  select p."stageId" as id, array_agg(p.id order by p.id) as "placementIds", min(r.name) as runtime, bool_and(c.state = 'ready') as answers
  from "Placement" p join "Runtime" r on r.id = p."runtimeId" and r.kind = 'cluster' join "Cluster" c on c."runtimeId" = r.id
  left join "Workload" w on w."placementId" = p.id
  where (p."wantedReleaseId" is distinct from p."releaseId" or p."wantedCount" <> p.count)
    and c."removedAt" is null and coalesce(not w.held, true)`

const due = `
  ${behind} and c.state = 'ready' and p."stageId" > $1
    and not exists (select 1 from "DeployRecord" l where l."stageId" = p."stageId" and l.state in ('queued', 'running', 'paused', 'cancelling'))
    and not exists (select 1 from "DeployRecord" l where l."stageId" = p."stageId" and l.kind = 'repair' and l.state in ('planning', 'awaiting_approval'))
  group by p."stageId" order by p."stageId" limit $2`

interface Behind {
  readonly id: string
  readonly placementIds: string[]
  readonly runtime: string
}

/** Clusters that answer again get what was put off, each as a record like any other. */
export async function catchUpClusters(): Promise<number> {
  let asked = 0
  for await (const rows of pagesOf(duePage)) {
    asked += rows.length
    for (const { id: stageId, placementIds, runtime } of rows) {
      await askAgain({
        stageId,
        kind: 'repair',
        placementIds,
        by,
        because: `${runtime} answers again`,
        cause: { code: 'cluster_back', values: { runtime } },
      }).catch((error: unknown) => log.warn({ err: error, stageId }, 'a repair could not be asked for'))
    }
  }
  return asked
}

async function duePage(after: string, take: number): Promise<Behind[]> {
  const { rows } = await pool.query<Behind>(due, [after, take])
  return rows
}

/** Stages that wait for a cluster: their pauses hold. */
export async function stagesBehind(): Promise<string[]> {
  const { rows } = await pool.query<Pick<Behind, 'id'>>(`${behind} group by p."stageId"`)
  return rows.map((row) => row.id)
}
