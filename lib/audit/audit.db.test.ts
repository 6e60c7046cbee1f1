import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { systemActor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { closeBus } from '@/lib/bus/bus'
import { transaction } from '@/lib/db/transaction'
import { setEnv } from '@/lib/env'
import { writeEvent } from '@/lib/events/write-event'
import { tendJournal } from '@/lib/logs/tend-journal'
import { ensureHub } from '@/lib/machines/hub'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { exportAudit } from './export-audit'
import { listAudit } from './list-audit'
import { noteRefusal } from './note-refusal'
import { sealEvents } from './seal-events'
import { verifyAudit } from './verify-audit'

let database: TestDatabase
let world: BuiltOrganization
/** Who has the database in hand: audit is against them. */
let intruder: pg.Client

beforeAll(async () => {
  database = await testDatabase()
  intruder = new pg.Client({ connectionString: database.superuserUrl })
  await intruder.connect()
})
beforeEach(async () => {
  await database.empty()
  await ensureHub(database.db)
  world = await buildOrganization()
})
afterAll(async () => {
  await intruder.end()
  await closeBus()
  await database.dispose()
})

const happen = (id: string, data: Record<string, unknown> = {}) =>
  transaction((tx) =>
    writeEvent(tx, systemActor('test'), { name: 'service.changed', organizationId: world.id, subject: { kind: 'service', id }, data }),
  )
const owner = () => world.person('owner')
const verify = async () => verifyAudit(await owner(), { organization: world.slug })
/** Transactions of other tests on this PostgreSQL hold seals back, too: only once they are over everything can be sealed. */
const sealAll = async (): Promise<number> => {
  let all = 0
  await vi.waitFor(
    async () => {
      all += await sealEvents()
      expect((await verify()).waiting).toBe(0)
    },
    { timeout: 15_000 },
  )
  return all
}

test('what commits late is sealed after what came before it, and both are there', async () => {
  await sealAll()
  const late = await database.pool.connect()
  await late.query('begin')
  await late.query(
    `insert into journal.event (name, organization_id, subject_kind, subject_id, actor_kind) values ('a.b', $1, 'service', 'late', 'system')`,
    [world.id],
  )
  await happen('early')
  expect(await sealEvents()).toBe(0)
  expect(await verify()).toMatchObject({ isIntact: true, waiting: 1 })
  await late.query('commit')
  late.release()
  expect(await sealAll()).toBe(2)
  expect(await sealEvents()).toBe(0)
  const found = await verify()
  expect(found).toMatchObject({ isIntact: true, waiting: 0, faults: [], contains: null })
  const keeping = async (contains: string) => (await verifyAudit(await owner(), { organization: world.slug, contains })).contains
  expect([await keeping(found.head?.hash ?? ''), await keeping('0'.repeat(64))]).toEqual([true, false])
  const { items } = await listAudit(await owner(), { organization: world.slug, kind: ['service'] })
  expect(items.map(({ subject, sealed }) => [subject.id, sealed])).toEqual([
    ['early', true],
    ['late', true],
  ])
})

test('three sealers at once seal everything once', async () => {
  for (const id of ['a', 'b', 'c']) await happen(id)
  let sealed = 0
  await vi.waitFor(
    async () => {
      for (const count of await Promise.all([sealEvents(), sealEvents(), sealEvents()])) sealed += count
      expect((await verify()).waiting).toBe(0)
    },
    { timeout: 15_000 },
  )
  expect(sealed).toBe(3)
  expect(await verify()).toMatchObject({ isIntact: true, faults: [] })
})

test.each([
  ['changed', `update journal.event set data = '{"x": 2}' where subject_id = 'b'`],
  ['missing', `delete from journal.event where subject_id = 'b'`],
  [
    'inserted',
    `insert into journal.event (name, organization_id, subject_kind, subject_id, actor_kind, lineage, xact)
     select name, organization_id, subject_kind, 'forged', actor_kind, lineage, xact from journal.event where subject_id = 'b'`,
  ],
  ['broken', 'delete from journal.seal where number = 2'],
  ['broken', `delete from journal.seal where number = 1; delete from journal.event where subject_id = 'a'`],
  ['forged', `update journal.seal set hash = repeat('0', 64) where number = 3`],
])('an event or a seal that was touched is found: %s', async (kind, damage) => {
  for (const id of ['a', 'b', 'c']) {
    await happen(id, { x: 1 })
    await sealAll()
  }
  expect(await verify()).toMatchObject({ isIntact: true, waiting: 0 })
  await intruder.query(damage)
  const found = await verify()
  expect(found.isIntact).toBe(false)
  expect(found.faults.map((fault) => fault.kind)).toContain(kind)
})

test('rows that came into another database, whose transactions count from the start, go on being sealed', async () => {
  await happen('before')
  await sealAll()
  await intruder.query(`update journal.event set xact = (xact::text::bigint + 1000000)::text::xid8`)
  await intruder.query(`update journal.seal set upto = (upto::text::bigint + 1000000)::text::xid8`)
  await intruder.query('select journal.begin_lineage(), journal.begin_lineage()')
  await happen('after')
  expect(await sealAll()).toBe(1)
  expect(await verify()).toMatchObject({ isIntact: true, waiting: 0 })
})

test('what was dropped for its age is no fault, and is said; what is kept is still looked at', async () => {
  const { rows } = await intruder.query<{ day: string; name: string }>(
    `select (current_date - 400)::text as day, 'event_' || to_char(current_date - 400, 'YYYYMMDD') as name`,
  )
  const { day, name } = rows[0] as { day: string; name: string }
  await intruder.query(`create table journal."${name}" partition of journal.event for values from ('${day}') to ('${day}'::date + 1)`)
  // Around midnight a transaction of the day before comes after one of the new day.
  const event = `(name, organization_id, subject_kind, subject_id, actor_kind, day) values ('a.b', '${world.id}', 'service'`
  await intruder.query(`insert into journal.event ${event}, 'first', 'system', current_date)`)
  await intruder.query(`insert into journal.event ${event}, 'old', 'system', '${day}')`)
  await sealAll()
  await happen('new')
  await sealAll()
  setEnv({ AUDIT_KEEP_DAYS: '365' })
  await tendJournal()
  expect(await verify()).toMatchObject({ faults: [], isIntact: true, waiting: 0, cutUpTo: day })
  expect((await intruder.query(`select to_regclass('journal."${name}"') as found`)).rows).toEqual([{ found: null }])
  await intruder.query(`delete from journal.event where subject_id = 'new'`)
  expect((await verify()).faults).toMatchObject([{ kind: 'missing' }])
  setEnv({ AUDIT_KEEP_DAYS: undefined })
})

test('admins read their organisation’s, nobody else’s; a change that was refused stands there', async () => {
  const [developer, stranger] = [await world.person('developer'), world.person('stranger')]
  await expect(listAudit(developer, { organization: world.slug })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(listAudit(await stranger, { organization: world.slug })).rejects.toMatchObject({ code: 'not_found' })
  await expect(listAudit(await owner(), {})).rejects.toMatchObject({ code: 'not_found' })
  for (const who of [developer, await stranger]) {
    try {
      authorize(who, 'organization.manage', { organizationId: world.id })
    } catch (error) {
      await noteRefusal({ ...who, address: '192.0.2.9' }, error, { organization: world.slug, what: 'POST /api/v1/x' })
    }
  }
  const { items } = await listAudit(await owner(), { organization: world.slug, name: 'access' })
  expect(items.map(({ name, actor, address }) => [name, actor.id, address])).toEqual([
    ['access.refused', (await stranger).id, '192.0.2.9'],
    ['access.refused', developer.id, '192.0.2.9'],
  ])
  const lines: string[] = []
  for await (const text of await exportAudit(await owner(), { organization: world.slug, as: 'csv', name: 'access' })) lines.push(text)
  expect(lines).toHaveLength(3)
  expect(lines[1]).toContain('organization.manage')
})
