import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { diffSchemas, findDrift, schemaFiles } from '@/lib/db/schema-engine'

/**
 * `npm run migration -- NAME [FILE.sql …]`: a new migration from the last snapshot to today's schema files, followed by the SQL
 * files named. `--first` writes the first migration anew, with all of prisma/sql (only while it is the only one and nobody runs it).
 * `--check` compares snapshot and schema; `--drift URL` compares a database and the schema. Both exit 1 on a difference.
 */
const root = path.join(import.meta.dirname, '..')
const migrations = path.join(root, 'prisma/migrations')
const snapshot = path.join(migrations, 'snapshot')

const snapshotFiles = () =>
  existsSync(snapshot)
    ? readdirSync(snapshot)
        .sort()
        .map((name) => ({ path: path.join(snapshot, name), content: readFileSync(path.join(snapshot, name), 'utf8') }))
    : []

function keepSnapshot(): void {
  rmSync(snapshot, { recursive: true, force: true })
  mkdirSync(snapshot, { recursive: true })
  for (const file of schemaFiles(root)) copyFileSync(file.path, path.join(snapshot, path.basename(file.path)))
}

/** Forgets the first migration, and says which SQL belongs into it. */
function beginAgain(): string[] {
  const made = existsSync(migrations) ? readdirSync(migrations).filter((name) => /^\d{14}_/.test(name)) : []
  if (made.length > 1) throw new Error('There are later migrations: add another one instead.')
  rmSync(migrations, { recursive: true, force: true })
  const folder = path.join(root, 'prisma/sql')
  return readdirSync(folder)
    .sort()
    .map((name) => path.join(folder, name))
}

async function create(name: string, extra: readonly string[]): Promise<string> {
  if (!/^[a-z][a-z0-9-]{1,50}$/.test(name)) throw new Error('A migration is named in small letters, digits and dashes.')
  const sql = await diffSchemas(root, snapshotFiles(), schemaFiles(root))
  const parts = [...(sql ? [sql] : []), ...extra.map((file) => readFileSync(file, 'utf8').trim())]
  if (!parts.length) return 'The schema has not changed.'
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const folder = path.join(migrations, `${stamp}_${name}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'migration.sql'), `${parts.join('\n\n')}\n`)
  writeFileSync(path.join(migrations, 'migration_lock.toml'), 'provider = "postgresql"\n')
  keepSnapshot()
  return `wrote ${path.relative(root, folder)}/migration.sql`
}

async function run([first, ...rest]: string[]): Promise<number> {
  if (first === '--check' || first === '--drift') {
    const sql = first === '--check' ? await diffSchemas(root, snapshotFiles(), schemaFiles(root)) : await findDrift(root, rest[0] ?? '')
    console.log(sql ?? 'no difference')
    return sql ? 1 : 0
  }
  if (!first) throw new Error('Usage: npm run migration -- NAME [FILE.sql …]')
  console.log(first === '--first' ? await create('init', beginAgain()) : await create(first, rest))
  return 0
}

try {
  process.exit(await run(process.argv.slice(2)))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(2)
}
