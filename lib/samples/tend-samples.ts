import { clock } from '@/lib/clock'
import { pool } from '@/lib/db/client'

/** A day, and the hour that is under way. */
const keptHours = 25
const mostRows = 100_000

/** Forgets what no chart shows any more. */
export async function tendSamples(): Promise<number> {
  const hour = Math.floor(clock.nowMs() / 3_600_000)
  const { rowCount } = await pool.query(
    'delete from "SampleHour" where ctid = any(array(select ctid from "SampleHour" where hour < $1 limit $2))',
    [hour - keptHours, mostRows],
  )
  return rowCount ?? 0
}
