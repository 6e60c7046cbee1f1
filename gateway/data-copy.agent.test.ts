import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '@/lib/auth/actor'
import { publishEntries } from '@/lib/catalog/publish-package'
import { tendCopies } from '@/lib/copies/tend-copies'
import { transaction } from '@/lib/db/transaction'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { readFolder } from '@/lib/package-format/pack-folder'
import { Stack } from '@/lib/testing/stack'

let stack: Stack
let stageId: string

beforeAll(async () => {
  stack = await Stack.start({ pace: 8, machines: ['m1', 'm2'] })
  const entries = await readFolder(path.join(import.meta.dirname, '../lib/testing/fixtures/tally'))
  await transaction((tx) => publishEntries(tx, systemActor('test'), { organizationId: null, origin: 'shipped', entries }))
  const installed = await stack.install('tally', 'tally', '1.0.0', 1)
  await stack.ended(installed.recordId)
  stageId = installed.stageId
}, 60_000)
afterAll(() => stack.stop())

const homeOf = (name: string) => stack.agents.get(name)?.home ?? ''
const folderOn = (name: string) => path.join(homeOf(name), 'apps/harbor_shop/tally_0')
const dataOn = (name: string) => path.join(folderOn(name), 'data')
const starts = (name: string) =>
  readFileSync(path.join(dataOn(name), 'starts'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').map(Number) as [fence: number, count: number])

async function unitNow() {
  const unit = await stack.database.db.unit.findFirstOrThrow({
    where: { stageId, removedAt: null },
    include: { allocations: { where: { to: null }, include: { machine: true } } },
  })
  return { ...unit, on: unit.allocations[0]?.machine.name ?? '' }
}

async function move(to: string): Promise<string> {
  const machine = await stack.database.db.machine.findUniqueOrThrow({ where: { name: to } })
  const unit = await unitNow()
  const { recordId } = await requestDeploy(await stack.person('mei'), {
    stageId,
    kind: 'migrate',
    unitIds: [unit.id],
    machineId: machine.id,
  })
  await stack.approve(recordId)
  return recordId
}

const copyOf = (recordId: string) => stack.database.db.dataCopy.findFirst({ where: { recordId } })
const other = (name: string) => (name === 'm1' ? 'm2' : 'm1')

/** Every path with its kind, mode, time and content, as an application sees it. */
function lookAt(folder: string, inner = ''): string[] {
  const place = path.join(folder, inner)
  const stat = lstatSync(place)
  const seconds = Math.floor(stat.mtimeMs / 1000)
  if (stat.isSymbolicLink()) return [`${inner} → ${readlinkSync(place)}`]
  const mode = (stat.mode & 0o7777).toString(8)
  if (stat.isFile()) return [`${inner} ${mode} ${seconds} ${createHash('sha256').update(readFileSync(place)).digest('hex')}`]
  return [`${inner}/ ${mode} ${seconds}`, ...readdirSync(place).flatMap((name) => lookAt(folder, path.join(inner, name)))]
}

/** Until it is let go, nobody gets there. */
async function hold(what: string): Promise<() => Promise<void>> {
  const client = await stack.database.pool.connect()
  await client.query('begin')
  await client.query(`lock table ${what} mode`)
  return async () => {
    await client.query('commit')
    client.release()
  }
}

/** Nobody writes or reads parts. */
const holdParts = () => hold('"DataPart" in access exclusive')
/** What is packed meanwhile is not yet fetched. */
const holdOrders = () => hold('"DesiredCommand" in exclusive')

/** What an application may lay into its folder, given to whom the folder belongs. */
function furnish(folder: string): void {
  const { uid, gid } = statSync(folder)
  const at = (...names: string[]) => path.join(folder, ...names)
  mkdirSync(at('empty/inner'), { recursive: true })
  mkdirSync(at('deep'))
  writeFileSync(at('large.bin'), randomBytes(30 * 2 ** 20 + 17))
  writeFileSync(at('deep/grüße – 100 %.txt'), 'here\n', { mode: 0o640 })
  writeFileSync(at('deep', `${'long-'.repeat(40)}name`), '')
  writeFileSync(at('run.sh'), '#!/bin/sh\n')
  chmodSync(at('run.sh'), 0o750)
  symlinkSync('deep/../large.bin', at('link'))
  utimesSync(at('run.sh'), 1_000_000_000, 1_000_000_000)
  for (const name of readdirSync(folder, { recursive: true }) as string[]) lchownSync(at(name), uid, gid)
  chmodSync(at('empty'), 0o750)
  utimesSync(at('empty'), 1_100_000_000, 1_100_000_000)
}

test('a unit moves with its data byte for byte, goes on where it was, and leaves what it had behind in the ledger', async () => {
  const from = (await unitNow()).on
  const to = other(from)
  furnish(dataOn(from))
  const recordId = await move(to)
  const plan = await stack.database.db.plan.findFirstOrThrow({ where: { recordId } })
  expect(plan.summary).toMatchObject({ warnings: [{ code: expect.stringMatching(/^copies_data/) }, { code: 'moves_with_gap' }] })
  await stack.ended(recordId)
  const tasks = await stack.database.db.task.findMany({ where: { recordId }, orderBy: { index: 'asc' } })
  expect(tasks.map((task) => task.verb)).toEqual(['fetch', 'stop', 'copy_out', 'copy_in', 'switch', 'check'])
  expect(await unitNow()).toMatchObject({ on: to, state: 'running', generation: 2, held: false })

  // What the unit itself writes has gone on since.
  const still = (folder: string) => lookAt(folder).filter((line) => !/^(count|starts|\/)/.test(line))
  expect(still(dataOn(to))).toEqual(still(dataOn(from)))
  expect(still(dataOn(to))).toContain('link → deep/../large.bin')
  expect(statSync(path.join(dataOn(to), 'large.bin')).uid).toBe(statSync(dataOn(to)).uid)
  const left = Number(readFileSync(path.join(dataOn(from), 'count'), 'utf8'))
  expect(left).toBeGreaterThan(0)
  expect(starts(from)).toEqual([[1, 0]])
  expect(starts(to)).toEqual([
    [1, 0],
    [2, left],
  ])
  const machine = await stack.database.db.machine.findUniqueOrThrow({ where: { name: from } })
  expect(await stack.database.db.ledger.findMany({ where: { kind: 'data' } })).toMatchObject([
    { machineId: machine.id, unitName: 'tally/0', what: dataOn(from), recordId, closedAt: null },
  ])
  await stack.until('the rest of its folder to go', async () => readdirSync(folderOn(from)).join() === 'data')
  await tendCopies()
  expect(await stack.database.db.dataPart.count()).toBe(0)
  await stack.until('what was staged to go', async () => readdirSync(path.join(homeOf(to), 'copies')).length === 0)
})

test('a gateway and agents that die while data are packed and unpacked go on; older data in the place are set aside, and the ledger knows', async () => {
  const from = (await unitNow()).on
  const to = other(from)
  const before = lookAt(dataOn(to))
  const letPack = await holdParts()
  const recordId = await move(to)
  await stack.until('the copy to begin', () => copyOf(recordId))
  await stack.until('a part to wait', async () => {
    const { rows } = await stack.database.pool.query(
      "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%DataPart%'",
    )
    return rows.length > 0
  })
  const letOrder = await holdOrders()
  await Promise.all([stack.agents.get(from)?.kill(), stack.gateway.kill()])
  await letPack()
  await Promise.all([stack.agents.get(from)?.start(), stack.gateway.start()])
  await stack.until('all of it to be packed', async () => (await copyOf(recordId))?.packedAt)
  const letUnpack = await holdParts()
  await letOrder()
  await stack.until('the other to begin', async () => readdirSync(path.join(homeOf(to), 'copies')).length > 0)
  await stack.agents.get(to)?.kill()
  await letUnpack()
  await stack.agents.get(to)?.start()
  await stack.ended(recordId)
  expect(await unitNow()).toMatchObject({ on: to, state: 'running', generation: 3, held: false })
  expect(starts(to).map(([fence]) => fence)).toEqual([1, 2, 3])
  const copy = await copyOf(recordId)
  const aside = path.join(`${folderOn(to)}.before-${copy?.id.slice(-8)}`, 'data')
  expect(lookAt(aside)).toEqual(before)
  const lines = await stack.database.db.ledger.findMany({ where: { kind: 'data' }, orderBy: { at: 'asc' } })
  expect(lines.map((line) => line.what)).toEqual([aside, dataOn(from)])
})

test('a damaged part is noticed: nothing starts with it, and the unit goes on where its data are', async () => {
  const from = (await unitNow()).on
  const to = other(from)
  const recordId = await move(to)
  await stack.until('the copy to begin', () => copyOf(recordId))
  const letOrder = await holdOrders()
  await stack.until('all of it to be packed', async () => (await copyOf(recordId))?.packedAt)
  await stack.database.pool.query('update "DataPart" set body = set_byte(body, 100, get_byte(body, 100) # 1) where index = 7')
  await letOrder()
  const record = await stack.ended(recordId, 'failed')
  expect(record).toMatchObject({ code: 'data_not_verified' })
  await stack.until('the unit to run again', async () => starts(from).length === 4 && (await unitNow()).state === 'running')
  expect(await unitNow()).toMatchObject({ on: from, generation: 3, held: false })
  expect(starts(from).map(([fence]) => fence)).toEqual([1, 2, 3, 3])
  expect(existsSync(path.join(folderOn(to), 'current'))).toBe(false)
  await stack.until('what was staged to go', async () => readdirSync(path.join(homeOf(to), 'copies')).length === 0)
})
