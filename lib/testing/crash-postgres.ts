import { rmSync } from 'node:fs'
import path from 'node:path'
import { livePostmaster, startCluster } from '@/lib/db/embedded-postgres'
import type { TestCluster } from './test-cluster'

const root = path.join(import.meta.dirname, '../..')

/** kill -9 of this run's PostgreSQL, then, after what is to happen meanwhile, a start on the same port. Only for files that no other file shares the cluster with. */
export async function crashPostgres(
  { dir, port, superuser, password, settings }: TestCluster,
  meanwhile: () => Promise<void> = async () => {},
): Promise<void> {
  const postmaster = livePostmaster(dir)
  if (!postmaster) throw new Error('PostgreSQL does not run.')
  process.kill(postmaster.pid, 'SIGKILL')
  // Its lock names a process that nobody has buried yet, which the next one would take for alive.
  for (const name of ['', '.lock']) rmSync(path.join(dir, `.s.PGSQL.${port}${name}`), { force: true })
  await meanwhile()
  await startCluster({ root, dir, port, superuser, password, settings })
}
