import { afterAll, beforeAll, expect, test } from 'vitest'
import { blockUser } from '@/lib/accounts/block-user'
import { closeBus } from '@/lib/bus/bus'
import { db } from '@/lib/db/client'
import { type BuiltOrganization, buildOrganization, type PersonName } from '@/lib/testing/build-organization'
import { buildPackage, buildService } from '@/lib/testing/build-service'
import { signedIn } from '@/lib/testing/signed-in'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { beginTransfer } from './begin-transfer'
import { endTransfers } from './end-transfers'
import { keepPart, keepSaid, takeSaid } from './file-parts'
import { textOf } from './read-file'
import { Transfer } from './transfer'

let database: TestDatabase
let world: BuiltOrganization
const units: Record<string, string> = {}

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  const pkg = await buildPackage(['1.0.0'])
  for (const environment of ['test', 'production'] as const) {
    const { stageId } = await buildService(world, pkg, { name: environment, environment })
    units[environment] = (await db.unit.findFirstOrThrow({ where: { stageId } })).id
  }
  await db.runtime.updateMany({ data: { driver: 'machine' } })
})
afterAll(async () => {
  await closeBus()
  await database.dispose()
})

const begin = async (name: PersonName, environment: 'test' | 'production', kind: 'list' | 'read' | 'write' = 'read') =>
  beginTransfer(
    await world.person(name),
    { organization: world.slug, application: 'shop', name: environment, unitId: units[environment] ?? '' },
    { kind, path: 'a' },
  )
const code = (name: PersonName, environment: 'test' | 'production') =>
  begin(name, environment).then(
    () => 'ok',
    (error: { code: string }) => error.code,
  )

test('test is for developers, production for admins; neither for viewers, operators and strangers', async () => {
  const may = async (environment: 'test' | 'production') => {
    const answers: Record<string, string> = {}
    for (const name of ['viewer', 'developer', 'admin', 'owner', 'operator', 'reviewer', 'stranger'] as const) {
      await db.fileTransfer.updateMany({ data: { endedAt: new Date() } })
      answers[name] = await code(name, environment)
    }
    return answers
  }
  const nobody = { operator: 'not_found', reviewer: 'not_found', stranger: 'not_found' }
  expect(await may('test')).toEqual({ viewer: 'forbidden', developer: 'ok', admin: 'ok', owner: 'ok', ...nobody })
  expect(await may('production')).toEqual({ viewer: 'forbidden', developer: 'forbidden', admin: 'ok', owner: 'ok', ...nobody })
})

test('a silent machine, another runtime and too many at once are refused with their reason', async () => {
  const reason = () =>
    begin('admin', 'test').then(
      () => undefined,
      (error: { details: { reason: string } }) => error.details.reason,
    )
  await db.fileTransfer.updateMany({ data: { endedAt: new Date() } })
  await db.machine.updateMany({ data: { connected: false } })
  expect(await reason()).toBe('machine_silent')
  await db.machine.updateMany({ data: { connected: true } })
  await db.runtime.updateMany({ data: { driver: 'practice' } })
  expect(await reason()).toBe('no_files')
  await db.runtime.updateMany({ data: { driver: 'machine' } })
  for (let i = 0; i < 8; i += 1) await begin('admin', 'test', 'list')
  expect(await reason()).toBe('too_many_files')
  await db.fileTransfer.updateMany({ data: { createdAt: new Date(Date.now() - 3_600_000) } })
  await endTransfers()
  expect(await reason()).toBe(undefined)
})

test('a machine speaks only of its own transfers, in order, and never of one that has ended', async () => {
  const { id, machineId } = await begin('admin', 'test', 'list')
  const part = (data: string) => ({ kind: 'part', data }) as const
  expect(await keepSaid('another', id, 1, part('forged'))).toBe(false)
  await keepSaid(machineId, id, 2, part('two'))
  expect(await takeSaid(id, 1)).toEqual([])
  await keepSaid(machineId, id, 1, part('one'))
  await keepSaid(machineId, id, 1, part('again'))
  expect(await takeSaid(id, 1)).toEqual([part('one'), part('two')])
  await db.fileTransfer.update({ where: { id }, data: { endedAt: new Date() } })
  expect(await keepSaid(machineId, id, 3, part('late'))).toBe(false)
  expect(await db.filePart.count({ where: { transferId: id } })).toBe(0)
})

test('text is what is UTF-8 without a zero, also where the cut goes through a character', () => {
  const umlauts = Buffer.from('grüße 好')
  expect(textOf(umlauts, false)).toBe('grüße 好')
  expect(textOf(umlauts.subarray(0, -1), true)).toBe('grüße ')
  expect(textOf(umlauts.subarray(0, -1), false)).toBe(null)
  expect(textOf(Buffer.from('a\0b'), true)).toBe(null)
  expect(textOf(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x10, 0x4a]), true)).toBe(null)
})

test('who is blocked has no file on its way: what was said of it is gone, what follows is not kept, and whoever waits for it hears so', async () => {
  await db.fileTransfer.updateMany({ data: { endedAt: new Date() } })
  const row = await begin('second', 'test')
  const transfer = new Transfer(row)
  const part = { kind: 'part', data: 'aGVsbG8=', isLast: false } as const
  await keepSaid(row.machineId, row.id, 1, part)
  expect(await transfer.hear()).toEqual(part)
  await keepSaid(row.machineId, row.id, 2, part)
  const waiting = expect(transfer.hear().then(() => transfer.hear())).rejects.toMatchObject({ details: { reason: 'file_revoked' } })
  await blockUser(await signedIn(world.userIds.operator), { userId: world.userIds.second, reason: 'for the test' })
  await waiting
  expect(await keepSaid(row.machineId, row.id, 3, part)).toBe(false)
  await keepPart(row.id, { ...part, seq: 1 })
  expect(await db.filePart.count()).toBe(0)
})
