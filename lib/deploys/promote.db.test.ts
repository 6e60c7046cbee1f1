import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBus } from '@/lib/bus/bus'
import { getService } from '@/lib/services/get-service'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { approve, type BuiltPackage, type BuiltService, buildPackage, buildService, change, settle } from '@/lib/testing/build-service'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { createVariable } from '@/lib/variables/create-variable'
import { createStage, previewStage } from './create-stage'
import { previewDeploy } from './preview-deploy'
import { requestDeploy } from './request-deploy'

let database: TestDatabase
let world: BuiltOrganization
let pkg: BuiltPackage

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  pkg = await buildPackage(['1.0.0', '1.1.0'], { organizationId: world.id })
})
afterAll(async () => {
  await closeBus()
  await database.dispose()
})

const production = (name: string) => ({
  organization: world.slug,
  application: 'shop',
  service: name,
  runtimeId: world.runtimes.production,
  count: 2,
})
const fieldsOf = (ask: Promise<unknown>) =>
  ask.then(
    () => ({}),
    (error) => error.details.fields,
  )
const releaseIn = async (stageId: string) => {
  const stage = await database.db.stage.findUniqueOrThrow({ where: { id: stageId } })
  return database.db.release.findUniqueOrThrow({ where: { id: stage.releaseId ?? '' } })
}
const stageOf = async ({ serviceId }: BuiltService) =>
  (await database.db.stage.findFirstOrThrow({ where: { serviceId, environment: 'production' } })).id

/** In test with r1, promoted to production with its own number of workers. */
async function inBoth(name: string): Promise<BuiltService & { live: string }> {
  const service = await buildService(world, pkg, { name, environment: 'test', values: { message: 'from test' } })
  const { recordId } = await createStage(await world.person('developer'), {
    ...production(name),
    releaseId: (await releaseIn(service.stageId)).id,
    overlay: { workers: 4 },
  })
  await settle(world, recordId)
  return { ...service, live: await stageOf(service) }
}

test('a service gets its production from what runs in test, with values of its own; asked again it is there already', async () => {
  const service = await inBoth('web')
  const made = await releaseIn(service.live)
  expect([made.values, made.overlay]).toMatchObject([{ message: 'from test', workers: 1 }, { workers: 4 }])
  expect(await database.db.unit.count({ where: { stageId: service.live, state: 'running' } })).toBe(2)
  await expect(createStage(await world.person('developer'), production('web'))).rejects.toMatchObject({
    details: { reason: 'stage_exists' },
  })
})

test('a promotion brings version and base values of test, keeps what is production’s own, and waits for an approval', async () => {
  const service = await inBoth('carried')
  const { recordId: upgrade } = await change(world, service, {
    kind: 'upgrade',
    packageVersionId: pkg.versions['1.1.0'],
    values: { message: 'newer', workers: 2 },
  })
  await settle(world, upgrade)
  const { promotion } = await getService(await world.person('viewer'), { organization: world.slug, application: 'shop', name: 'carried' })
  expect(promotion).toMatchObject({ stageId: service.live, test: { number: 2 }, runs: { number: 1 }, ahead: 1 })

  const dev = await world.person('developer')
  const { recordId } = await requestDeploy(dev, { stageId: service.live, kind: 'promote' })
  const record = await database.db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })
  expect(record).toMatchObject({ kind: 'promote', state: 'awaiting_approval', promotedFromId: upgrade })
  await approve(world, recordId)
  await carryJobs()
  const made = await releaseIn(service.live)
  expect(made).toMatchObject({ packageVersionId: pkg.versions['1.1.0'], promotedFromId: (await releaseIn(service.stageId)).id })
  expect([made.values, made.overlay]).toMatchObject([{ message: 'newer', workers: 2 }, { workers: 4 }])
  const unit = await database.db.unit.findFirstOrThrow({ where: { stageId: service.live } })
  expect(unit.releaseId).toBe(made.id)
})

test('what only production changes leaves it as far as it was; another base does not', async () => {
  const service = await inBoth('drifts')
  const configure = async (input: { overlay?: object; values?: object }) => {
    const { recordId } = await requestDeploy(await world.person('developer'), {
      stageId: service.live,
      kind: 'configure',
      ...(input as object),
    })
    await settle(world, recordId)
    return releaseIn(service.live)
  }
  expect((await configure({ overlay: { message: 'only here' } })).promotedFromId).toBe((await releaseIn(service.stageId)).id)
  expect((await configure({ values: { message: 'another base' } })).promotedFromId).toBeNull()
})

test('secrets of test never reach production: each needs its own once, and a promotion keeps it', async () => {
  const service = await buildService(world, pkg, { name: 'secretive', environment: 'test', secrets: { password: 'of-test' } })
  const { id: releaseId } = await releaseIn(service.stageId)
  const [dev, admin] = [await world.person('developer'), await world.person('admin')]
  const ask = { ...production('secretive'), releaseId }
  expect(await fieldsOf(previewStage(dev, ask))).toEqual({ 'secrets.password': 'needs a value of its own in production' })
  await expect(createStage(dev, { ...ask, secrets: { password: 'of-production' } })).rejects.toMatchObject({ code: 'forbidden' })
  const { recordId } = await createStage(admin, { ...ask, secrets: { password: 'of-production' } })
  await approve(world, recordId, 'second')
  await carryJobs()
  const live = await stageOf(service)
  const own = await releaseIn(live)
  expect(own.values).not.toHaveProperty('password')

  await settle(world, (await change(world, service, { kind: 'configure', values: { message: 'next' } })).recordId)
  await settle(world, (await requestDeploy(dev, { stageId: live, kind: 'promote' })).recordId)
  const promoted = await releaseIn(live)
  expect([promoted.values, promoted.overlay]).toEqual([expect.objectContaining({ message: 'next' }), own.overlay])
  expect(promoted.values).not.toHaveProperty('password')
})

test('without a placement in production a promotion is refused; a variable that production lacks is named', async () => {
  const admin = await world.person('admin')
  await createVariable(admin, { organization: world.slug, application: 'shop', environment: 'test', name: 'ONLY_TEST', value: '1' })
  const service = await inBoth('lacking')
  await settle(world, (await change(world, service, { kind: 'configure', variables: ['ONLY_TEST'] })).recordId)
  expect(await fieldsOf(previewDeploy(admin, { stageId: service.live, kind: 'promote' }))).toEqual({
    'variables.ONLY_TEST': 'is not set in production',
  })
  const removal = await requestDeploy(admin, { stageId: service.live, kind: 'remove' })
  await approve(world, removal.recordId, 'second')
  await carryJobs()
  await createVariable(admin, { organization: world.slug, application: 'shop', environment: 'production', name: 'ONLY_TEST', value: '2' })
  await expect(requestDeploy(admin, { stageId: service.live, kind: 'promote' })).rejects.toMatchObject({ code: 'no_placement' })
})

test('a value that looks like a reference to a secret is refused, wherever it stands', async () => {
  const service = await inBoth('sly')
  const dev = await world.person('developer')
  const ask = (input: object) => previewDeploy(dev, { stageId: service.stageId, kind: 'configure', ...input })
  expect(await fieldsOf(ask({ values: { message: 'secret:sec_of_others' } }))).toHaveProperty(['values.message'])
  expect(await fieldsOf(ask({ overlay: { message: 'x ⟦secret:sec_of_others@1⟧' } }))).toHaveProperty(['overlay.message'])
})
