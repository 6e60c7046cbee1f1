import { clock } from '@/lib/clock'
import { pool } from '@/lib/db/client'
import { logger } from '@/lib/logger'
import { pace } from '@/lib/pace'
import { heardLimit } from '@/lib/services/stage-health'
import { askAgain, forgetPauses } from './ask-again'
import { pagesOf } from './pages-of'

const by = 'sweep:tell-again'
const log = logger('sweep.tell-again')

interface Unheard {
  readonly id: string
  readonly names: readonly string[]
}

/** Stages with units that run where they are heard, were told of others and have not taken it up: their hook failed, or was cut short. */
const unheardStages = `
  select u."stageId" as id, array_agg(v.name || '/' || u.ordinal order by u.ordinal) as names
  from "Unit" u join "Allocation" a on a."unitId" = u.id and a."to" is null
  join "DesiredUnit" d on d."unitId" = u.id and d."machineId" = a."machineId" and d.wanted in ('running', 'as_is')
  join "Machine" m on m.id = a."machineId" and m."heardAt" >= $1::timestamp
  join "Stage" s on s.id = u."stageId" join "Service" v on v.id = s."serviceId" and v."removedAt" is null
  where u."removedAt" is null and u."leavingAt" is null and u.state = 'running'
    and d."relationsDigest" is not null and d."relationsDigest" is distinct from u."relationsDigest"
  group by u."stageId"`

/** Of those the ones that nobody is at, or has just been at. */
const leftStages = `
  select f.* from (${unheardStages}) f
  where f.id > $2 and not exists (select 1 from "DeployRecord" l
    where l."stageId" = f.id and (l.state in ('running', 'cancelling') or l."endedAt" > $4::timestamp))
  order by f.id limit $3`

/** A relation whose news somebody did not take up stays stale for ever, unless it is told again. */
export async function tellAgain(): Promise<number> {
  let asked = 0
  for await (const rows of pagesOf(leftPage)) {
    for (const { id: stageId, names } of rows) {
      const cause = { code: 'relation_unheard', values: { units: names.length } } as const
      const because = 'what was told of others was not taken up'
      await askAgain({ stageId, kind: 'relate', unitNames: names, by, because, cause })
        .then((answer) => (asked += answer.kind === 'asked' ? 1 : 0))
        .catch((error: unknown) => log.warn({ err: error, stageId }, 'it could not be told again'))
    }
  }
  const { rows } = await pool.query<Unheard>(unheardStages, [heardLimit().toISOString()])
  await forgetPauses(
    'relate',
    rows.map((row) => row.id),
  )
  return asked
}

async function leftPage(after: string, take: number): Promise<Unheard[]> {
  const since = new Date(clock.nowMs() - pace('relationSettle')).toISOString()
  const { rows } = await pool.query<Unheard>(leftStages, [heardLimit().toISOString(), after, take, since])
  return rows
}
