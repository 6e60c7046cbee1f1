import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import pg from 'pg'
import { from } from 'pg-copy-streams'
import { say, step } from '@/scripts/progress.mjs'
import { keyCheckOf } from './backup'
import { type BackupHeader, BackupReader } from './backup-file'
import { embeddedDatabase, externalDatabase } from './database'
import { choosePorts } from './free-ports'
import { type Home, homeAt, prepareHome } from './home'
import { dropLock, findRunning, takeLock } from './lock'
import type { UpOptions } from './options'
import { hubEnvironment } from './programs'
import { runPrepare } from './run-prepare'

const quote = (name: string): string => pg.escapeIdentifier(name)

/** Migrations that this checkout has, oldest first. */
const ownMigrations = (root: string): string[] =>
  readdirSync(path.join(root, 'prisma/migrations'))
    .filter((name) => /^\d{14}_/.test(name))
    .sort()

/** Why this backup cannot come here. Asked before anything is touched. */
export function whyNotRestore(header: BackupHeader, own: readonly string[], keyCheck: string): string | undefined {
  const unknown = header.migrations.filter((name) => !own.includes(name))
  if (unknown.length) return `The backup comes from a newer Tengen (${unknown.join(', ')}): restore it with that one.`
  if (header.migrations.some((name, index) => own[index] !== name)) return 'The backup comes from another line of migrations.'
  if (header.keyCheck !== keyCheck)
    return 'The master key here is not the one of this backup: its secrets could never be read. Put that key in place first.'
  return undefined
}

/** Fills a database whose tables are empty and as old as the backup. */
export async function fillDatabase(ownerUrl: string, file: string): Promise<BackupHeader> {
  const { reader, header } = await BackupReader.open(file)
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query('begin')
    // A row that a migration wrote gives way to that of the backup.
    for (const { schema, name } of header.tables.toReversed())
      if (schema === 'public') await client.query(`delete from ${quote(schema)}.${quote(name)}`)
    for (const { schema, name, columns, days } of header.tables) {
      for (const day of days) await ensurePartition(client, schema, name, day)
      await reader.table(client.query(from(`copy ${quote(schema)}.${quote(name)} (${columns.map(quote).join(', ')}) from stdin`)))
    }
    await reader.expectEnd()
    for (const { schema, name, last, isCalled } of header.sequences) {
      await client.query('select setval($1::text::regclass, $2, $3)', [`${quote(schema)}.${quote(name)}`, last, isCalled])
    }
    // Before anything happens here: this cluster's transactions are numbered otherwise than those of the backup.
    await client.query('select journal.begin_lineage()')
    await client.query('commit')
    return header
  } finally {
    await client.end()
  }
}

/** The same names as journal.ensure_partitions makes, for days that are long gone too. */
async function ensurePartition(client: pg.Client, schema: string, name: string, day: string): Promise<void> {
  const parent = `${quote(schema)}.${quote(name)}`
  const partition = `${quote(schema)}.${quote(`${name}_${day.replaceAll('-', '')}`)}`
  const [start, end] = [day, new Date(Date.parse(day) + 24 * 3_600_000).toISOString().slice(0, 10)].map((text) => pg.escapeLiteral(text))
  await client.query(`create table if not exists ${partition} partition of ${parent} for values from (${start}) to (${end})`)
}

async function isSure(header: BackupHeader, home: Home, isTold: boolean): Promise<boolean> {
  if (isTold) return true
  if (!process.stdin.isTTY) {
    say('A restore replaces the database. There is nobody to ask: add --yes.')
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question(`Replace the database of ${home.folder} by the backup of ${header.at}? Type "restore": `)
  terminal.close()
  return answer.trim() === 'restore'
}

/** `npm run restore -- FILE`: into a new database beside the old one, which is kept until the next restore. */
export async function restore(root: string, options: UpOptions): Promise<number> {
  const [name] = options.rest
  const home = homeAt(root, options.folder)
  if (!name) {
    say('Usage: npm run restore -- FILE [--yes]')
    return 1
  }
  if (findRunning(home)) {
    say('Tengen is running: npm run down first.')
    return 1
  }
  const file = path.resolve(process.env.INIT_CWD ?? process.cwd(), name)
  prepareHome(home)
  const { header } = await BackupReader.open(file)
  const reason = whyNotRestore(header, ownMigrations(root), keyCheckOf(home))
  if (reason) {
    say(reason)
    return 1
  }
  if (!(await isSure(header, home, options.isSure))) return 1
  const lock = takeLock(home)
  if ('running' in lock) throw new Error('Another start is under way; try again in a moment.')
  try {
    await replaceDatabase(home, file, header)
  } finally {
    dropLock(home)
  }
  say('\n  Restored. Automation is off and agents that are ahead change nothing until an operator ends the restore for each pool.')
  say('  Start with: npm run up\n')
  return 0
}

async function replaceDatabase(home: Home, file: string, header: BackupHeader): Promise<void> {
  const ports = await choosePorts(home, '127.0.0.1', undefined)
  const { DATABASE_URL, DATABASE_OWNER_URL } = process.env
  const database = DATABASE_URL ? externalDatabase(DATABASE_URL, DATABASE_OWNER_URL) : await embeddedDatabase(home, ports.postgres)
  const env = { ...hubEnvironment({ home, database, ports, listen: '127.0.0.1', isDemo: false }), DATABASE_OWNER_URL: database.ownerUrl }
  rmSync(home.prepared, { force: true })
  try {
    await database.replace(async () => {
      await step('Make the tables of then', async () => void (await runPrepare(home.root, env, { migrate: true, upTo: header.migrations })))
      await step('Read the backup', async () => `${(await fillDatabase(database.ownerUrl, file)).tables.length} tables`)
      await step('Migrate, begin a new era', async () => void (await runPrepare(home.root, env, { migrate: true, beginRestore: true })))
    })
  } finally {
    database.stop()
  }
}
