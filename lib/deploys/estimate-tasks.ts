import { pool } from '@/lib/db/client'
import type { DeployRecord, Task } from '@/lib/db/generated/client'

/** Verb → median milliseconds of the stage's last good deploys; empty when nothing like it ran before. */
export async function estimateVerbs({ stageId, id }: Pick<DeployRecord, 'stageId' | 'id'>): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ verb: string; ms: number }>({
    name: 'task-medians',
    text: `select verb, percentile_cont(0.5) within group (order by extract(epoch from t."endedAt" - t."startedAt") * 1000)::float8 as ms
           from "Task" t
           where t."recordId" in (select r.id from "DeployRecord" r where r."stageId" = $1 and r.id <> $2 and r.state = 'succeeded'
                                  order by r.number desc limit 8)
             and t.state = 'succeeded' and t."startedAt" is not null and t."endedAt" >= t."startedAt"
           group by verb`,
    values: [stageId, id],
  })
  return new Map(rows.map((row) => [row.verb, Math.round(row.ms)]))
}

type Node = Pick<Task, 'index' | 'verb' | 'dependsOn'>

/** The longest way through the graph; null when some verb of it never ran. */
export function estimateRecord(tasks: readonly Node[], medians: ReadonlyMap<string, number>): number | null {
  if (tasks.length === 0) return null
  const ends = new Map<number, number>()
  for (const task of [...tasks].sort((a, b) => a.index - b.index)) {
    const own = medians.get(task.verb)
    if (own === undefined) return null
    ends.set(task.index, own + Math.max(0, ...task.dependsOn.map((before) => ends.get(before) ?? 0)))
  }
  return Math.max(...ends.values())
}
