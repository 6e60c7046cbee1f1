import { pool } from './client'

/** Takes or keeps a lease; false while another holder has it. By the database's clock: those of processes differ. */
export async function takeLease(name: string, holder: string, forMs: number): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'take-lease',
    text: `insert into "Lease" as l (name, holder, "expiresAt") values ($1, $2, (now() at time zone 'utc') + $3 * interval '1 millisecond')
           on conflict (name) do update set holder = excluded.holder, "expiresAt" = excluded."expiresAt"
           where l.holder = excluded.holder or l."expiresAt" < (now() at time zone 'utc')`,
    values: [name, holder, forMs],
  })
  return rowCount === 1
}

export async function leaveLease(name: string, holder: string): Promise<void> {
  await pool.query('delete from "Lease" where name = $1 and holder = $2', [name, holder])
}
