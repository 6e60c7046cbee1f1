import pg from 'pg'
import { applicationRole, ensureDatabase, ownerRole } from '@/lib/db/database-roles'
import { type Cluster, livePostmaster, startCluster, stopCluster } from '@/lib/db/embedded-postgres'
import { type Home, type Passwords, passwordsOf } from './home'

const superuser = 'tengen_admin'
const name = 'tengen'
/** The database as it was before the last restore. */
const before = 'tengen_before_restore'

export interface Database {
  readonly applicationUrl: string
  readonly ownerUrl: string
  readonly note: string
  /** Starts it again when it died; true if it had to. */
  mend(): Promise<boolean>
  stop(): void
  /** Does the work on an empty database under the same address; the old one is kept aside, and comes back if the work fails. */
  replace(work: () => Promise<void>): Promise<void>
}

/** PostgreSQL of one's own: nothing to start, nothing to stop. */
export const externalDatabase = (applicationUrl: string, ownerUrl: string | undefined): Database => ({
  applicationUrl,
  ownerUrl: ownerUrl ?? applicationUrl,
  note: `external, ${new URL(applicationUrl).host}`,
  mend: async () => false,
  stop: () => {},
  async replace(work) {
    const { rowCount } = await ask(ownerUrl ?? applicationUrl, `select 1 from pg_tables where schemaname in ('public', 'journal') limit 1`)
    if (rowCount)
      throw new Error('The external database is not empty. Name an empty one in DATABASE_URL, and switch to it when the restore is done.')
    await work()
  },
})

async function ask(url: string, ...statements: string[]): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    let result = await client.query(statements[0] ?? 'select 1')
    for (const statement of statements.slice(1)) result = await client.query(statement)
    return result
  } finally {
    await client.end()
  }
}

/** The PostgreSQL that comes with npm, in the home folder, with our database and its two roles. */
export async function embeddedDatabase(home: Home, port: number): Promise<Database> {
  const passwords = passwordsOf(home)
  const start = (at: number): Promise<Cluster> =>
    startCluster({ root: home.root, dir: home.postgres, port: at, superuser, password: passwords.superuser })
  const cluster = await start(port)
  const url = (role: string, password: string, database: string) => `postgresql://${role}:${password}@127.0.0.1:${cluster.port}/${database}`
  const stop = () => stopCluster(home.root, home.postgres)
  try {
    await ensureDatabase(url(superuser, passwords.superuser, 'postgres'), name, passwords)
  } catch (error) {
    stop()
    throw error
  }
  return {
    applicationUrl: url(applicationRole, passwords.application, name),
    ownerUrl: url(ownerRole, passwords.owner, name),
    note: `${cluster.how}, port ${cluster.port}${cluster.movedTo ? `, in ${cluster.movedTo} (its account may not enter ${home.folder})` : ''}`,
    async mend() {
      if (livePostmaster(home.postgres)) return false
      await start(cluster.port)
      return true
    },
    stop,
    replace: (work) => replaceDatabase(url(superuser, passwords.superuser, 'postgres'), passwords, work),
  }
}

async function replaceDatabase(adminUrl: string, passwords: Passwords, work: () => Promise<void>): Promise<void> {
  await ask(adminUrl, `drop database if exists ${before} with (force)`, `alter database ${name} rename to ${before}`)
  try {
    await ensureDatabase(adminUrl, name, passwords)
    await work()
  } catch (error) {
    await ask(adminUrl, `drop database if exists ${name} with (force)`, `alter database ${before} rename to ${name}`)
    throw error
  }
}
