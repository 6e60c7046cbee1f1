import type { Random } from '@/lib/testing/model/random'
import type { Rig } from './rig'

/** When a fault strikes, in terms of what the change has come to: asked of the rows, so a slow computer moves nothing. */
export type Moment = 'at once' | 'first task accepted' | 'first line' | 'first unit done' | 'a random line'

const queries: Readonly<Record<Exclude<Moment, 'at once'>, string>> = {
  'first task accepted': `select 1 from "Task" where "recordId" = $1 and "acceptedAt" is not null having count(*) >= $2`,
  'first line': `select 1 from journal.log_line where record_id = $1 and text like 'witness %' having count(*) >= $2`,
  'first unit done': `select 1 from "Task" where "recordId" = $1 and verb in ('switch', 'remove') and state = 'succeeded' having count(*) >= $2`,
  'a random line': `select 1 from journal.log_line where record_id = $1 and text like 'witness %' having count(*) >= $2`,
}

/** Resolves at the moment, or when the change has ended without it; answers what it was in the end. */
export async function reach(rig: Rig, recordId: string, moment: Moment, random: Random): Promise<string> {
  const number = moment === 'a random line' ? 1 + random.int(100) : 1
  if (moment === 'at once') return moment
  const { pool } = rig.stack.database
  const found = await rig.stack.until(
    `the moment "${moment}"`,
    async () => {
      if ((await pool.query(queries[moment], [recordId, number])).rowCount) return 'reached'
      if ((await pool.query(`select 1 from "DeployRecord" where id = $1 and "endedAt" is not null`, [recordId])).rowCount) return 'over'
      return undefined
    },
    60_000,
  )
  const name = moment === 'a random line' ? `line ${number}` : moment
  return found === 'over' ? `${name} (the change was over before)` : name
}
