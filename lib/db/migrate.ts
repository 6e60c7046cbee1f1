import { readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { migrateQueues } from '@/lib/queue/migrate-queues'
import { applyMigrations } from './schema-engine'

export interface MigrateOptions {
  /** The checkout, or wherever prisma/ and node_modules/ lie. */
  readonly root: string
  /** The role that owns the schema. */
  readonly ownerUrl: string
  /** The role that processes use; it gets DML and nothing else. */
  readonly applicationUrl: string
  /** Only these migrations: a backup is read into tables as old as itself. */
  readonly upTo?: readonly string[] | undefined
}

export interface MigrateResult {
  readonly applied: readonly string[]
  /** False where one role does both (an external database without DATABASE_OWNER_URL). */
  readonly hasTwoRoles: boolean
}

/** Schema, queue tables and grants, in this order. Safe to run at every start and by several processes at once. */
export async function migrate({ root, ownerUrl, applicationUrl, upTo }: MigrateOptions): Promise<MigrateResult> {
  const applied = await applyMigrations(root, ownerUrl, upTo)
  await migrateQueues(ownerUrl)
  const applicationRole = decodeURIComponent(new URL(applicationUrl).username)
  const hasTwoRoles = applicationRole !== decodeURIComponent(new URL(ownerUrl).username)
  if (hasTwoRoles) await grant(root, ownerUrl, applicationRole)
  await beginLineage(ownerUrl)
  return { applied, hasTwoRoles }
}

/** Should the rows have come from another cluster, by hand: events are told from those before, whose transactions had higher numbers. */
async function beginLineage(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query(
      `do $$ begin if to_regproc('journal.begin_lineage') is not null then perform journal.begin_lineage(); end if; end $$`,
    )
  } finally {
    await client.end()
  }
}

async function grant(root: string, ownerUrl: string, applicationRole: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query('begin')
    await client.query(`select set_config('tengen.application_role', $1, true)`, [applicationRole])
    await client.query(readFileSync(path.join(root, 'prisma/grants.sql'), 'utf8'))
    await client.query('commit')
  } finally {
    await client.end()
  }
}
