import { clock } from '@/lib/clock'
import { pool } from '@/lib/db/client'
import { logsKeptDays } from '@/lib/pace'

/** Output of a unit that was taken away stays this long. */
export const removedKeptDays = 7
const mostUnits = 500

/** Forgets the output of units that are long gone, or have been silent for as long as logs are kept. */
export async function tendOutput(): Promise<void> {
  const now = clock.nowMs()
  const day = 86_400_000
  const { rows } = await pool.query<{ unitId: string }>(
    `select c."unitId" from "OutputCursor" c join "Unit" u on u.id = c."unitId"
     where c."keptBytes" > 0 and (u."removedAt" < $1::timestamptz at time zone 'UTC' or c."lastAt" < $2::timestamptz at time zone 'UTC') limit $3`,
    [new Date(now - removedKeptDays * day), new Date(now - logsKeptDays * day), mostUnits],
  )
  const ids = rows.map((row) => row.unitId)
  await pool.query('delete from "OutputChunk" where "unitId" = any($1)', [ids])
  await pool.query('update "OutputCursor" set "keptBytes" = 0 where "unitId" = any($1)', [ids])
}
