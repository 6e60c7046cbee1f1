import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { applicationRole, ensureDatabase, ownerRole } from '@/lib/db/database-roles'
import { startCluster, stopCluster } from '@/lib/db/embedded-postgres'
import { freePort } from './free-port'

/** What tests need to make a database of their own. */
export interface TestCluster {
  readonly port: number
  readonly superuser: string
  readonly password: string
  readonly template: string
  readonly dir: string
  readonly settings: Readonly<Record<string, string | number>>
  /** What was committed is written before it is said. */
  readonly isDurable: boolean
}

const root = path.join(import.meta.dirname, '../..')
const superuser = 'postgres'
const password = 'only-on-loopback'
const template = 'tengen_template'

/** By its socket in the file system: a question costs a tenth less than through the network. */
export const testUrl = (role: string, { port, dir }: Pick<TestCluster, 'port' | 'dir'>, database: string): string =>
  `postgresql://${role}:${password}@localhost:${port}/${database}?host=${encodeURIComponent(dir)}`

/** A throw-away PostgreSQL with one migrated template. Nobody pulls the plug, so no fsync. */
export async function startTestCluster(): Promise<{ cluster: TestCluster; end: () => void }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-test-'))
  chmodSync(folder, 0o755)
  const dir = path.join(folder, 'data')
  const end = () => {
    stopCluster(root, dir, 'immediate')
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const settings = {
      fsync: 'off',
      full_page_writes: 'off',
      wal_level: 'minimal',
      max_wal_senders: 0,
      autovacuum: 'off',
      jit: 'off',
      unix_socket_directories: dir,
    }
    const { port } = await startCluster({ root, dir, port: await freePort(), superuser, password, settings })
    await makeTemplate({ port, dir })
    return { cluster: { port, superuser, password, template, dir, settings, isDurable: true }, end }
  } catch (error) {
    end()
    throw error
  }
}

async function makeTemplate(place: Pick<TestCluster, 'port' | 'dir'>): Promise<void> {
  await ensureDatabase(testUrl(superuser, place, 'postgres'), template, { owner: password, application: password })
  // A process of its own: the schema engine leaves a timer behind.
  const urls = { DATABASE_URL: testUrl(applicationRole, place, template), DATABASE_OWNER_URL: testUrl(ownerRole, place, template) }
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/migrate.ts'], {
    cwd: root,
    env: { ...process.env, ...urls },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const client = new pg.Client({ connectionString: testUrl(superuser, place, 'postgres') })
  await client.connect()
  await client.query(`alter database ${template} with is_template true`)
  await client.end()
}
