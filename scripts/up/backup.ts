import { createHmac } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { to } from 'pg-copy-streams'
import { say } from '@/scripts/progress.mjs'
import { type BackupHeader, BackupWriter } from './backup-file'
import { listSequences, listTables } from './backup-tables'
import { embeddedDatabase } from './database'
import { choosePorts } from './free-ports'
import { type Home, homeAt, prepareHome } from './home'
import { dropLock, findRunning, takeLock } from './lock'
import type { UpOptions } from './options'

const quote = (name: string): string => pg.escapeIdentifier(name)

/** What a key says about itself without being told: the same key gives the same word, and the word gives nothing back. */
export const keyCheckOf = (home: Home): string => {
  const text = process.env.TENGEN_MASTER_KEY ?? readFileSync(home.key, 'utf8').trim()
  return createHmac('sha256', Buffer.from(text, 'base64')).update('tengen backup').digest('hex')
}

/** One snapshot of all rows, while everything goes on running. */
export async function writeBackup(ownerUrl: string, keyCheck: string, file: string): Promise<BackupHeader> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  const half = `${file}.partial`
  try {
    await client.query('begin transaction isolation level repeatable read read only')
    const { rows } = await client.query<{ name: string }>(
      'select migration_name as name from _prisma_migrations where finished_at is not null and rolled_back_at is null order by 1',
    )
    const tables = await listTables(client, quote)
    const sequences = await listSequences(client, quote)
    const header: BackupHeader = {
      tengenBackup: 1,
      at: new Date().toISOString(),
      migrations: rows.map((row) => row.name),
      keyCheck,
      tables,
      sequences,
    }
    const writer = new BackupWriter(half, header)
    for (const { schema, name, columns } of tables) {
      // A partitioned table is read through its parent, whatever partitions it has.
      const select = `select ${columns.map(quote).join(', ')} from ${quote(schema)}.${quote(name)}`
      await writer.table(client.query(to(`copy (${select}) to stdout`)))
    }
    await writer.close()
    await client.query('commit')
    renameSync(half, file)
    return header
  } catch (error) {
    rmSync(half, { force: true })
    throw error
  } finally {
    await client.end()
  }
}

/** `npm run backup -- FILE`, running or not. */
export async function backup(root: string, { folder, rest }: UpOptions): Promise<number> {
  const [file] = rest
  if (!file) {
    say('Usage: npm run backup -- FILE')
    return 1
  }
  const home = homeAt(root, folder)
  const target = path.resolve(process.env.INIT_CWD ?? process.cwd(), file)
  const header = await withOwner(home, (ownerUrl) => writeBackup(ownerUrl, keyCheckOf(home), target))
  say(`Wrote ${target}: ${header.tables.length} tables, ${(statSync(target).size / 1024).toFixed(0)} KiB, as of ${header.at}.`)
  say(`The master key is not in it. Keep a copy of ${process.env.TENGEN_MASTER_KEY ? 'TENGEN_MASTER_KEY' : home.key} apart from it:`)
  say('without the key nobody can read the secrets in the backup, with both anybody can.')
  return 0
}

/** The owner's address of the database that runs, or of one that is started for this moment. */
export async function withOwner<T>(home: Home, use: (ownerUrl: string) => Promise<T>): Promise<T> {
  const running = findRunning(home)
  const { DATABASE_URL, DATABASE_OWNER_URL } = process.env
  const known = running?.databaseOwnerUrl ?? DATABASE_OWNER_URL ?? DATABASE_URL
  if (known) return use(known)
  prepareHome(home)
  const lock = takeLock(home)
  if ('running' in lock) throw new Error('Another start is under way; try again in a moment.')
  try {
    const database = await embeddedDatabase(home, (await choosePorts(home, '127.0.0.1', undefined)).postgres)
    try {
      return await use(database.ownerUrl)
    } finally {
      database.stop()
    }
  } finally {
    dropLock(home)
  }
}
