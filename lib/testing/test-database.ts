import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { type Connections, connect, useConnections } from '@/lib/db/client'
import { applicationRole, ownerRole } from '@/lib/db/database-roles'
import { setEnv } from '@/lib/env'
import { type TestCluster, testUrl } from './test-cluster'
import { insistTold } from './told-changes'

export interface TestDatabase extends Connections {
  /** As the application's role, like every process of the product. */
  readonly url: string
  readonly ownerUrl: string
  /** May do what neither role may: look at the catalogue, damage rows on purpose. */
  readonly superuserUrl: string
  /** Every row gone, ids from the start. */
  empty(): Promise<void>
  dispose(): Promise<void>
}

/** A database of its own for this file, copied from the migrated template; use cases of this process now speak to it. */
export async function testDatabase(cluster?: TestCluster): Promise<TestDatabase> {
  const place = cluster ?? (await runsCluster())
  const { superuser, template, isDurable } = place
  const name = `t_${process.pid}_${randomBytes(4).toString('hex')}`
  await asSuperuser(testUrl(superuser, place, 'postgres'), async (client) => {
    await client.query(`create database ${name} template ${template} strategy wal_log`)
    // Who may connect is not copied from a template.
    await client.query(`alter database ${name} owner to ${ownerRole}`)
    if (!isDurable) await client.query(`alter database ${name} set synchronous_commit to off`)
    await client.query(`grant connect on database ${name} to ${applicationRole}`)
  })
  const url = testUrl(applicationRole, place, name)
  const superuserUrl = testUrl(superuser, place, name)
  setEnv({
    NODE_ENV: 'test',
    DATABASE_URL: url,
    DATABASE_OWNER_URL: undefined,
    TENGEN_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    LOG_LEVEL: 'warn',
  })
  const connections = connect(url, 8)
  useConnections(connections)
  return {
    ...connections,
    url,
    ownerUrl: testUrl(ownerRole, place, name),
    superuserUrl,
    empty: () => asSuperuser(superuserUrl, emptyTables),
    async dispose() {
      await connections.db.$disconnect()
      await connections.pool.end()
      const told = asSuperuser(superuserUrl, insistTold)
      // It goes in any case.
      await told.catch(() => undefined)
      await asSuperuser(testUrl(superuser, place, 'postgres'), (client) => client.query(`drop database ${name} with (force)`))
      await told
    },
  }
}

/** The cluster of this test run; loaded only here, so that programs without a test run can have a database as well. */
async function runsCluster(): Promise<TestCluster> {
  return (await import('vitest')).inject('postgres')
}

/** Only what has rows, or numbers to begin anew: a truncated table costs new files for itself and each of its indexes. */
async function emptyTables(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; numbered: boolean }>(`
    select format('%I.%I', t.schemaname, t.tablename) as name, exists (
      select 1 from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
      where d.refobjid = format('%I.%I', t.schemaname, t.tablename)::regclass) as numbered
    from pg_tables t where t.schemaname in ('public', 'journal') and t.tablename <> '_prisma_migrations'`)
  const asks = rows.filter((row) => !row.numbered).map(({ name }) => `select '${name}' as name where exists (select 1 from ${name})`)
  const filled = await client.query<{ name: string }>(asks.join(' union all '))
  const names = [...rows.filter((row) => row.numbered), ...filled.rows].map((row) => row.name)
  if (names.length > 0) await client.query(`truncate ${names.join(', ')} restart identity cascade`)
}

async function asSuperuser(url: string, use: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await use(client)
  } finally {
    await client.end()
  }
}
