import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { writeBackup } from './backup'
import { BackupReader } from './backup-file'
import { inOrder } from './backup-tables'
import { fillDatabase, whyNotRestore } from './restore'

let source: TestDatabase
let target: TestDatabase
const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-backup-'))
const file = path.join(folder, 'backup.gz')

beforeAll(async () => {
  target = await testDatabase()
  source = await testDatabase()
})
afterAll(async () => {
  await source.dispose()
  await target.dispose()
  rmSync(folder, { recursive: true, force: true })
})

async function rowsOf(url: string, query: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(query)
  await client.end()
  return rows
}

const difficult = 'tab\t, new line\n, back\\slash, \\. and 天元 “quotes” \u0001'

test('every row comes back as it was, old days and odd characters too', async () => {
  await source.db.user.create({ data: { id: 'u1', email: 'a@example.org', name: difficult } })
  await source.db.organization.create({ data: { id: 'o1', slug: 'acme', name: 'Acme' } })
  await source.db.member.create({ data: { userId: 'u1', organizationId: 'o1', role: 'owner' } })
  await source.pool.query(`insert into "Outbox" (job, payload) values ('deploy.plan', '{"a": [1, null]}'), ('deploy.advance', '{}')`)
  await source.db.blob.create({
    data: { digest: 'ff', sizeBytes: 300_000, mediaType: 'x', chunks: { create: { index: 0, bytes: Buffer.alloc(300_000, 9) } } },
  })
  await rowsOf(
    source.ownerUrl,
    `create table journal.log_line_20200131 partition of journal.log_line for values from ('2020-01-31') to ('2020-02-01')`,
  )
  await source.pool.query(`insert into journal.event (name, subject_kind, subject_id, actor_kind) values ('a.b', 'user', 'u1', 'system')`)
  await rowsOf(
    source.superuserUrl,
    `insert into journal.log_line values ('2020-01-31', 'r1', 1, 't', 1, 1, '2020-01-31T12:00Z', 'stdout', 'old line')`,
  )

  const header = await writeBackup(source.ownerUrl, 'k', file)
  expect(header.migrations.length).toBeGreaterThan(0)
  await fillDatabase(target.ownerUrl, file)

  for (const { schema, name } of header.tables) {
    const query = `select md5(coalesce(string_agg(t::text, e'\\n' order by t::text), '')) as sum, count(*)::int as n from "${schema}"."${name}" t`
    expect([name, await rowsOf(target.superuserUrl, query)]).toEqual([name, await rowsOf(source.superuserUrl, query)])
  }
  const next = await rowsOf(target.superuserUrl, `insert into "Outbox" (job, payload) values ('x', '{}') returning id::text`)
  expect(next).toEqual([{ id: '3' }])
})

describe('a backup that is not whole', () => {
  test.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * 0.6))],
    ['cut before its last line', (bytes: Buffer) => gzipSync(gunzipSync(bytes).subarray(0, -9))],
    ['changed inside', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 900), Buffer.alloc(40, 1), bytes.subarray(940)])],
  ])('(%s) leaves no row behind', async (_, damage) => {
    await target.empty()
    const broken = path.join(folder, 'broken.gz')
    writeFileSync(broken, damage(readFileSync(file)))
    await expect(fillDatabase(target.ownerUrl, broken)).rejects.toThrow()
    expect(await rowsOf(target.superuserUrl, 'select count(*)::int as n from "User"')).toEqual([{ n: 0 }])
  })

  test('or is something else, is refused by name', async () => {
    const other = path.join(folder, 'other.gz')
    writeFileSync(other, gzipSync('hello\n'))
    await expect(BackupReader.open(other)).rejects.toThrow(/is not a backup/)
    await expect(BackupReader.open(path.join(folder, 'none'))).rejects.toThrow(/is not a backup/)
  })
})

test('a backup of a newer Tengen, of other migrations or under another key is refused before anything is touched', async () => {
  const { header } = await BackupReader.open(file)
  expect(whyNotRestore(header, header.migrations, 'k')).toBeUndefined()
  expect(whyNotRestore(header, [...header.migrations, '20990101000000_more'], 'k')).toBeUndefined()
  expect(whyNotRestore(header, [], 'k')).toMatch(/newer Tengen/)
  expect(whyNotRestore(header, ['20200101000000_other', ...header.migrations], 'k')).toMatch(/another line/)
  expect(whyNotRestore(header, header.migrations, 'other')).toMatch(/master key/)
})

test('tables come after those they point at; a circle is said', () => {
  const table = (name: string) => ({ schema: 'public', name, columns: [], days: [] })
  const points = (child: string, parent: string) => ({ child: `public.${child}`, parent: `public.${parent}` })
  const order = inOrder([table('a'), table('b'), table('c')], [points('a', 'b'), points('b', 'c')])
  expect(order.map(({ name }) => name)).toEqual(['c', 'b', 'a'])
  expect(() => inOrder([table('a'), table('b')], [points('a', 'b'), points('b', 'a')])).toThrow(/circle/)
})
