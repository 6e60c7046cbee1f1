import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { slotMs } from '@/lib/protocol/samples'
import { hourOf, packHour } from '@/lib/samples/pack-hour'
import { getService } from '@/lib/services/get-service'
import { listPlaces } from '@/lib/services/list-places'
import { type BuiltOrganization, buildOrganization, type PersonName } from '@/lib/testing/build-organization'
import { type BuiltService, buildPackage, buildService } from '@/lib/testing/build-service'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { approveDeploy } from './approve-deploy'
import { previewDeploy } from './preview-deploy'
import { requestDeploy } from './request-deploy'

let database: TestDatabase
let world: BuiltOrganization
beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization({ machinesInPool: 3 })
})
afterAll(() => database.dispose())

const machineOf = async (unitId: string) => (await db.allocation.findFirstOrThrow({ where: { unitId, to: null } })).machineId
const nameOf = async (id: string) => (await db.machine.findUniqueOrThrow({ where: { id } })).name
const unitsOf = (stageId: string) => db.unit.findMany({ where: { stageId, removedAt: null }, orderBy: { ordinal: 'asc' } })
const free = { component: { data: [] } }

/** As its machine would say it. */
const seenToTake = async (unitId: string, diskMib: number) => {
  const slot = Math.floor(clock.nowMs() / slotMs)
  const bytes = new Uint8Array(packHour(undefined, [{ slot, cpuMillis: null, memoryMib: null, diskMib, restarts: null }]))
  const key = { subjectId: unitId, hour: hourOf(slot) }
  await db.sampleHour.upsert({ where: { subjectId_hour: key }, create: { ...key, bytes }, update: { bytes } })
}

const move = async ({ stageId }: BuiltService, unitId: string, more: { machineId?: string } = {}, by: PersonName = 'developer') =>
  requestDeploy(await world.person(by), { stageId, kind: 'migrate', unitIds: [unitId], ...more })

test('a developer moves one unit to the machine that is named: it is approved as any change, and keeps its name', async () => {
  const service = await buildService(world, await buildPackage(['1.0.0'], free), { count: 2, name: 'web' })
  const [unit] = await unitsOf(service.stageId)
  const from = await machineOf(unit?.id ?? '')
  const taken = await machineOf((await unitsOf(service.stageId))[1]?.id ?? '')
  const view = await listPlaces(await world.person('developer'), {
    organization: world.slug,
    application: 'shop',
    service: 'web',
    unitId: unit?.id ?? '',
  })
  // The one without a unit of it first, the one with the other unit after that; where it is, it is already.
  expect(view.places.map((place) => [place.machineId === from, place.whyNot?.code])).toEqual([
    [false, undefined],
    [false, undefined],
    [true, 'unit_is_there'],
  ])
  expect(view.places[1]?.machineId).toBe(taken)
  await expect(move(service, unit?.id ?? '', { machineId: taken }, 'viewer')).rejects.toMatchObject({ code: 'forbidden' })
  const { recordId } = await move(service, unit?.id ?? '', { machineId: taken })
  const record = await db.deployRecord.findUniqueOrThrow({ where: { id: recordId }, include: { plans: true, tasks: true } })
  expect(record).toMatchObject({ state: 'awaiting_approval', approvalsNeeded: 1 })
  expect(record.plans[0]?.summary).toMatchObject({
    counts: { replace: 1 },
    undo: { how: 'move_back' },
    placed: [{ machineName: await nameOf(taken), why: { code: 'was_named' } }],
    warnings: [],
  })
  await approveDeploy(await world.person('admin'), { recordId, planHash: record.plans[0]?.hash ?? '' })
  await carryJobs()
  expect(await db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })).toMatchObject({ state: 'succeeded' })
  expect(await machineOf(unit?.id ?? '')).toBe(taken)
  expect((await unitsOf(service.stageId))[0]).toMatchObject({ id: unit?.id, ordinal: 0, state: 'running', generation: 2, held: false })
})

test('a machine that cannot take it says why, and what is not of the pool is not there', async () => {
  const large = { ...free.component, resources: { cpuMillis: 3000, memoryMib: 64, diskMib: 10 } }
  const service = await buildService(world, await buildPackage(['1.0.0'], { component: large }), { count: 1, name: 'large' })
  const [unit] = await unitsOf(service.stageId)
  const from = await machineOf(unit?.id ?? '')
  const [other = '', another = ''] = world.machines.production.filter((id) => id !== from)
  await db.machine.update({ where: { id: other }, data: { cpuMillis: 2000 } })
  await db.machine.update({ where: { id: another }, data: { drainSince: clock.now() } })
  const details = (name: string, why: object) => ({ machines: [{ machineName: name, why }] })
  // Before anything is refused: a refusal that nobody waits for yet fails the run.
  const [otherName, fromName] = [await nameOf(other), await nameOf(from)]
  await expect(move(service, unit?.id ?? '', { machineId: other })).rejects.toMatchObject({
    code: 'no_capacity',
    details: details(otherName, { code: 'no_cpuMillis', values: { needs: 3000, free: expect.any(Number) } }),
  })
  await expect(move(service, unit?.id ?? '', { machineId: from })).rejects.toMatchObject({
    details: details(fromName, { code: 'unit_is_there', values: {} }),
  })
  await expect(move(service, unit?.id ?? '')).rejects.toMatchObject({ code: 'no_capacity', details: { missing: 1 } })
  const foreign = world.machines.test[0] ?? ''
  await expect(move(service, unit?.id ?? '', { machineId: foreign })).rejects.toMatchObject({ code: 'not_found' })
  await expect(requestDeploy(await world.person('developer'), { stageId: service.stageId, kind: 'migrate' })).rejects.toMatchObject({
    code: 'invalid',
    details: { fields: { unitIds: expect.any(String) } },
  })
  await db.machine.updateMany({ where: { id: { in: [other, another] } }, data: { cpuMillis: 4000, drainSince: null } })
  // The planner chooses, and says that with one unit nothing serves meanwhile.
  const { summary } = await previewDeploy(await world.person('developer'), {
    stageId: service.stageId,
    kind: 'migrate',
    unitIds: [unit?.id ?? ''],
  })
  expect(summary.placed[0]?.machineName).not.toBe(fromName)
  expect(summary.warnings).toMatchObject([{ code: 'moves_with_gap', values: { unit: 'large/0' } }])
})

test('data go along, as far as their machines and their size allow; what is one on each machine stays, and the page says so before anybody asks', async () => {
  const bound = await buildService(world, await buildPackage(['1.0.0']), { count: 1, name: 'bound' })
  const [own] = await unitsOf(bound.stageId)
  const preview = async () =>
    previewDeploy(await world.person('developer'), { stageId: bound.stageId, kind: 'migrate', unitIds: [own?.id ?? ''] })
  const { summary } = await preview()
  expect(summary).toMatchObject({ tasks: 6, counts: { replace: 1 } })
  expect(summary.warnings).toMatchObject([{ code: 'copies_data_said', values: { unit: 'bound/0', mib: 5 } }, { code: 'moves_with_gap' }])
  await seenToTake(own?.id ?? '', 20_000)
  await expect(preview()).rejects.toMatchObject({ details: { units: [{ why: { code: 'stays_data_too_large' } }] } })
  await seenToTake(own?.id ?? '', 10_001)
  const noDisk = { why: { code: 'no_diskMib', values: { needs: 10_001, free: expect.any(Number) } } }
  await expect(preview()).rejects.toMatchObject({
    code: 'no_capacity',
    details: { machines: expect.arrayContaining([expect.objectContaining(noDisk)]) },
  })
  await seenToTake(own?.id ?? '', 100)
  expect((await preview()).summary.warnings).toMatchObject([{ code: 'copies_data', values: { mib: 100 } }, {}])
  await db.machine.update({ where: { id: await machineOf(own?.id ?? '') }, data: { agentVersion: '0.5.9' } })
  const daemon = await buildService(world, await buildPackage(['1.0.0'], { component: { data: [], mode: 'daemon' } }), {
    count: 1,
    name: 'daemon',
  })
  for (const [service, code] of [
    [bound, 'stays_agent_too_old'],
    [daemon, 'stays_one_each'],
  ] as const) {
    const [unit] = await unitsOf(service.stageId)
    const why = { unitName: `${service.name}/0`, why: { code, values: {} } }
    await expect(move(service, unit?.id ?? '')).rejects.toMatchObject({
      code: 'plan_refused',
      details: { reason: 'units_stay', units: [why] },
    })
    const view = await getService(await world.person('developer'), { organization: world.slug, application: 'shop', name: service.name })
    expect(view.placements[0]?.units[0]?.gates.migrate).toMatchObject({ allowed: false, code })
  }
})
