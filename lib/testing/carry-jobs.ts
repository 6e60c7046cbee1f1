import { db } from '@/lib/db/client'
import { type JobName, jobs } from '@/lib/queue/jobs'
import { processors } from '@/workers/processors'

interface Row {
  id: bigint
  job: JobName
  payload: unknown
}

const hand = { workerId: 'test', signal: new AbortController().signal }

/** What dispatcher and worker do, one message after the other, until none waits. */
export async function carryJobs(limit = 500): Promise<void> {
  for (let turn = 0; turn < limit; turn++) {
    const [row] = await db.$queryRaw<Row[]>`select id, job, payload from "Outbox" where "sentAt" is null order by id limit 1`
    if (!row) return
    await db.$executeRaw`delete from "Outbox" where id = ${row.id}`
    const run = processors[row.job] as (payload: unknown, with_: typeof hand) => Promise<void>
    await run(jobs[row.job].parse(row.payload), hand)
  }
  throw new Error('The outbox never runs dry.')
}
