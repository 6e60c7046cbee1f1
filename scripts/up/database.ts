import { applicationRole, ensureDatabase, ownerRole } from '@/lib/db/database-roles'
import { type Cluster, livePostmaster, startCluster, stopCluster } from '@/lib/db/embedded-postgres'
import { type Home, passwordsOf } from './home'

const superuser = 'tengen_admin'
const name = 'tengen'

export interface Database {
  readonly applicationUrl: string
  readonly ownerUrl: string
  readonly note: string
  /** Starts it again when it died; true if it had to. */
  mend(): Promise<boolean>
  stop(): void
}

/** PostgreSQL of one's own: nothing to start, nothing to stop. */
export const externalDatabase = (applicationUrl: string, ownerUrl: string | undefined): Database => ({
  applicationUrl,
  ownerUrl: ownerUrl ?? applicationUrl,
  note: `external, ${new URL(applicationUrl).host}`,
  mend: async () => false,
  stop: () => {},
})

/** The PostgreSQL that comes with npm, in the home folder, with our database and its two roles. */
export async function embeddedDatabase(home: Home, port: number): Promise<Database> {
  const passwords = passwordsOf(home)
  const start = (at: number): Promise<Cluster> =>
    startCluster({ root: home.root, dir: home.postgres, port: at, superuser, password: passwords.superuser })
  const cluster = await start(port)
  const url = (role: string, password: string, database: string) => `postgresql://${role}:${password}@127.0.0.1:${cluster.port}/${database}`
  await ensureDatabase(url(superuser, passwords.superuser, 'postgres'), name, passwords)
  return {
    applicationUrl: url(applicationRole, passwords.application, name),
    ownerUrl: url(ownerRole, passwords.owner, name),
    note: `${cluster.how}, port ${cluster.port}${cluster.movedTo ? `, in ${cluster.movedTo} (its account may not enter ${home.folder})` : ''}`,
    async mend() {
      if (livePostmaster(home.postgres)) return false
      await start(cluster.port)
      return true
    },
    stop: () => stopCluster(home.root, home.postgres),
  }
}
