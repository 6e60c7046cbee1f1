import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import { copyVerbs } from './copy-verbs'

const day = 24 * 3_600_000
const partsAtOnce = 32
const mostLooks = 200

/** Parts that nobody needs any more go, a few at a time; later also what is known of their copies. */
export async function tendCopies(): Promise<number> {
  await pool.query(
    `update "DataCopy" c set "endedAt" = $1 from "DeployRecord" r where c."endedAt" is null and r.id = c."recordId" and r."endedAt" is not null`,
    [clock.now()],
  )
  let gone = 0
  for (let look = 0; look < mostLooks; look += 1) {
    const { rowCount } = await pool.query(
      `delete from "DataPart" where ("copyId", index) in (
         select p."copyId", p.index from "DataPart" p join "DataCopy" c on c.id = p."copyId"
         where c."verifiedAt" is not null or c."endedAt" is not null limit ${partsAtOnce})`,
    )
    gone += rowCount ?? 0
    if ((rowCount ?? 0) < partsAtOnce) break
  }
  const longAgo = new Date(clock.nowMs() - day)
  // Machines that were away so long are told everything anew.
  await pool.query(
    `delete from "DesiredCommand" d using "Task" t, "DeployRecord" r
     where t.id = d."taskId" and t.verb = any($1) and d."isStopped" and r.id = d."recordId" and r."endedAt" < $2`,
    [copyVerbs, longAgo],
  )
  await db.dataCopy.deleteMany({ where: { endedAt: { lt: new Date(clock.nowMs() - 30 * day) } } })
  return gone
}
