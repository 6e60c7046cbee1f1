import { execFileSync } from 'node:child_process'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'

const root = path.join(import.meta.dirname, '../..')
let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())

const migration = (...args: string[]) =>
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/migration.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env },
  }).trim()

test('migrations on an empty database lead to the schema, and to nothing else', () => {
  expect(migration('--drift', database.superuserUrl)).toBe('no difference')
})

test('the snapshot beside the migrations is the schema', () => {
  expect(migration('--check')).toBe('no difference')
})

test('a table beside the migrations is drift', async () => {
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  await client.query('create table stray (id int)')
  expect(() => migration('--drift', database.superuserUrl)).toThrow()
  await client.query('drop table stray')
  await client.end()
})

describe("the application's role", () => {
  test.each([
    ['create a table', 'create table mine (id int)'],
    ['change a table', 'alter table "User" add column x int'],
    ['drop a table', 'drop table "Session"'],
    ['change an event', `update journal.event set name = 'x.y'`],
    ['delete an event', 'delete from journal.event'],
    ['empty the events', 'truncate journal.event'],
    ['change a log line', `update journal.log_line set text = ''`],
    ['delete a log line', 'delete from journal.log_line'],
    ['forge a migration', 'delete from _prisma_migrations'],
    ['make a partition by hand', 'create table journal.p (like journal.event)'],
  ])('may not %s', async (_, sql) => {
    await expect(database.pool.query(sql)).rejects.toThrow(/permission denied|must be owner/)
  })

  test('adds and reads events, through today’s partition', async () => {
    await database.pool.query(
      `insert into journal.event (name, subject_kind, subject_id, actor_kind) values ('a.b', 'user', '1', 'system')`,
    )
    const { rows } = await database.pool.query('select name from journal.event')
    expect(rows).toEqual([{ name: 'a.b' }])
  })

  test('makes and drops partitions through the two functions only', async () => {
    await database.pool.query('select journal.ensure_partitions(9)')
    const { rows } = await database.pool.query<{ n: number }>('select journal.drop_partitions(90) as n')
    expect(rows[0]?.n).toBe(0)
  })
})
