import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import { createService } from '@/lib/deploys/create-service'
import { previewDeploy } from '@/lib/deploys/preview-deploy'
import { type BuiltOrganization, buildOrganization, type PersonName } from '@/lib/testing/build-organization'
import { type BuiltPackage, type BuiltService, buildPackage, buildService, settle } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { getService } from './get-service'
import { noRules, type PlacementRules } from './rule-views'
import { setRules } from './set-rules'

let database: TestDatabase
let world: BuiltOrganization
let pkg: BuiltPackage
beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization({ machinesInPool: 4 })
  pkg = await buildPackage(['1.0.0'], { component: { data: [] } })
  for (const [at, id] of world.machines.test.entries()) {
    const data = { rack: `r${at % 2}`, zone: at < 3 ? 'north' : 'south', labels: { disk: at === 0 ? 'ssd' : 'hdd' } }
    await db.machine.update({ where: { id }, data })
  }
})
afterAll(() => database.dispose())

const set = async ({ name, placementId }: BuiltService, rules: Partial<PlacementRules>, by: PersonName = 'developer') =>
  setRules(await world.person(by), {
    organization: world.slug,
    application: 'shop',
    service: name,
    placementId,
    rules: { ...noRules, ...rules },
  })
const machinesOf = async ({ stageId }: BuiltService) => {
  const rows = await db.allocation.findMany({ where: { to: null, unit: { stageId } }, include: { machine: true } })
  return rows.map(({ machine }) => machine)
}
const revision = async ({ stageId }: BuiltService) => (await db.stage.findUniqueOrThrow({ where: { id: stageId } })).inputsRevision
const make = (name: string, count = 1) => buildService(world, pkg, { name, count, environment: 'test' })
const growBy = async ({ stageId, placementId }: BuiltService, count: number) =>
  previewDeploy(await world.person('developer'), { stageId, kind: 'scale', counts: { [placementId]: count } })

test('apart is kept from both sides: who is placed later sees it, whichever of the two asked for it', async () => {
  const cache = await make('cache', 2)
  const web = await make('web')
  await set(web, { apart: [{ service: 'cache', on: 'machine', required: true }] })
  const used = (await machinesOf(web)).map((machine) => machine.name)
  const { summary } = await growBy(cache, 4)
  expect(summary.placed.map((one) => one.machineName)).not.toEqual(expect.arrayContaining(used))
  expect(summary.notChosen).toContainEqual({ machineName: used[0], why: { code: 'same_machine_as', values: { unit: 'web/0' } } })
  const taken = (await machinesOf(cache)).map((machine) => machine.name)
  const grown = (await growBy(web, 4)).summary.placed.map((one) => one.machineName)
  expect(grown.filter((name) => taken.includes(name))).toEqual([])
  expect(grown).toHaveLength(3)
})

test('a rule raises what plans are made from, stands in the signed document, and is refused for what is not there', async () => {
  const own = await make('own')
  const before = await revision(own)
  await set(own, { spread: 'zone', labels: { disk: 'ssd' } })
  expect(await revision(own)).toBe(before + 1)
  await set(own, { spread: 'zone', labels: { disk: 'ssd' } })
  expect(await revision(own)).toBe(before + 1)
  const { summary } = await growBy(own, 2)
  const [ssd] = world.machines.test
  expect(summary.placed.map((one) => one.machineName)).toEqual([(await db.machine.findUniqueOrThrow({ where: { id: ssd } })).name])
  expect(summary.notChosen.map((one) => one.why.code)).toEqual(['lacks_label', 'lacks_label', 'lacks_label'])
  const neighbour = (service: string) => [{ service, on: 'rack' as const, required: false }]
  await expect(set(own, { near: neighbour('own') })).rejects.toMatchObject({ code: 'invalid' })
  await expect(set(own, { apart: neighbour('nobody') })).rejects.toMatchObject({ code: 'invalid' })
  await expect(set(own, {}, 'viewer')).rejects.toMatchObject({ code: 'forbidden' })
  await expect(set(own, {}, 'stranger')).rejects.toMatchObject({ code: 'not_found' })
  const view = await getService(await world.person('viewer'), { organization: world.slug, application: 'shop', name: 'own' })
  expect(view.placements[0]).toMatchObject({ rules: { spread: 'zone', labels: { disk: 'ssd' } }, setRules: { allowed: false } })
})

test('a new service is placed by its rules, and its plan says so', async () => {
  const made = await createService(await world.person('developer'), {
    organization: world.slug,
    application: 'shop',
    name: 'zoned',
    packageVersionId: pkg.versions['1.0.0'] ?? '',
    runtimeId: world.runtimes.test,
    count: 2,
    rules: { spread: 'zone', near: [{ service: 'own', on: 'zone' }] },
  })
  const plan = await db.plan.findFirstOrThrow({ where: { recordId: made.recordId } })
  expect(plan.document).toMatchObject({
    targets: [{ rules: { spread: 'zone', near: [{ service: 'own', on: 'zone', required: false }] } }],
  })
  await settle(world, made.recordId)
  const { stageId } = await db.placement.findFirstOrThrow({ where: { stage: { serviceId: made.serviceId } } })
  const zones = await machinesOf({ stageId } as BuiltService)
  const [own] = await db.allocation.findMany({
    where: { to: null, unit: { stage: { service: { name: 'own' } } } },
    include: { machine: true },
  })
  // What is wished comes before the spread: both are where the other service is.
  expect(zones.map((machine) => machine.zone)).toEqual([own?.machine.zone, own?.machine.zone])
})
