import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBus } from '@/lib/bus/bus'
import { readBlobTexts } from '@/lib/catalog/blobs'
import { getDeployDetail } from '@/lib/deploys/get-deploy-detail'
import { UnitContent } from '@/lib/protocol/desired'
import { getService } from '@/lib/services/get-service'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { approve, type BuiltPackage, buildPackage, buildService, change, settle } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { createVariable } from './create-variable'
import { listVariables } from './list-variables'
import { removeVariable } from './remove-variable'
import { rotateVariable } from './rotate-variable'

let database: TestDatabase
let world: BuiltOrganization
let pkg: BuiltPackage

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  pkg = await buildPackage(['1.0.0'], { organizationId: world.id })
})
afterAll(async () => {
  await closeBus()
  await database.dispose()
})

const address = (name: string, environment: 'test' | 'production' = 'production') => ({
  organization: world.slug,
  application: 'shop',
  environment,
  name,
})
const envOf = async (stageId: string) => {
  const unit = await database.db.unit.findFirstOrThrow({ where: { stageId } })
  const texts = await readBlobTexts(database.db, [unit.contentDigest ?? ''])
  return UnitContent.parse(JSON.parse([...texts.values()][0] ?? '')).env
}

test('a service gets exactly the variables it names; a new version runs once it is deployed, and until then its page says so', async () => {
  const [admin, dev] = [await world.person('admin'), await world.person('developer')]
  await createVariable(admin, { ...address('REGION'), value: 'north' })
  await createVariable(admin, { ...address('TOKEN'), value: 'hush-hush', secret: true })
  await createVariable(admin, { ...address('OTHER'), value: 'unused' })
  const service = await buildService(world, pkg, { name: 'web' })
  await settle(world, (await change(world, service, { kind: 'configure', variables: ['TOKEN', 'REGION'] })).recordId)
  expect(await envOf(service.stageId)).toEqual({ REGION: 'north', TOKEN: expect.stringMatching(/^⟦secret:\w+@1⟧$/) })

  await rotateVariable(admin, { ...address('REGION'), value: 'south', seenVersion: 1 })
  await rotateVariable(admin, { ...address('TOKEN'), value: 'hush again' })
  const seen = await getService(dev, { organization: world.slug, application: 'shop', name: 'web' })
  expect(seen.variables).toMatchObject({ taken: ['REGION', 'TOKEN'], older: ['REGION', 'TOKEN'] })
  const { items } = await listVariables(dev, { organization: world.slug, application: 'shop' })
  expect(items.find((one) => one.name === 'REGION')).toMatchObject({ version: 2, usedBy: [{ name: 'web', runsOlder: true }] })
  expect(JSON.stringify(items)).not.toContain('hush')

  const { recordId, number } = await change(world, service, { kind: 'configure' })
  const { diff } = await getDeployDetail(dev, { organization: world.slug, number })
  const files = diff.flatMap((group) => group.files)
  expect(files.find((file) => file.path === 'environment')).toMatchObject({
    before: 'REGION=north\nTOKEN=••••••\n',
    after: 'REGION=south\nTOKEN=••••••\n',
  })
  expect(files.some((file) => file.kind === 'secret')).toBe(true)
  await settle(world, recordId)
  expect(await envOf(service.stageId)).toMatchObject({ REGION: 'south', TOKEN: expect.stringMatching(/@2⟧$/) })
  expect((await getService(dev, { organization: world.slug, application: 'shop', name: 'web' })).variables.older).toEqual([])
})

test('a rotation between approval and start makes another plan, which is approved anew', async () => {
  const admin = await world.person('admin')
  await createVariable(admin, { ...address('LEVEL'), value: '1' })
  const service = await buildService(world, pkg, { name: 'planned' })
  const { recordId } = await change(world, service, {
    kind: 'configure',
    variables: ['LEVEL'],
    notBefore: new Date(Date.now() + 3_600_000).toISOString(),
  })
  await approve(world, recordId)
  await rotateVariable(admin, { ...address('LEVEL'), value: '2' })
  await settle(world, recordId)
  const record = await database.db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })
  expect(record.state).toBe('awaiting_approval')
})

test('two who change a variable at once: one of them hears that it is not what they saw', async () => {
  const admin = await world.person('admin')
  await createVariable(admin, { ...address('SHARED'), value: '1' })
  const both = await Promise.allSettled(['a', 'b'].map((value) => rotateVariable(admin, { ...address('SHARED'), value, seenVersion: 1 })))
  expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(both.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'stale' } })
})

test('what a service takes cannot be removed; what nobody takes can, and its name is free again', async () => {
  const admin = await world.person('admin')
  await createVariable(admin, { ...address('NEEDED'), value: 'x', secret: true })
  const service = await buildService(world, pkg, { name: 'needs' })
  await settle(world, (await change(world, service, { kind: 'configure', variables: ['NEEDED'] })).recordId)
  await expect(removeVariable(admin, address('NEEDED'))).rejects.toMatchObject({ details: { reason: 'variable_in_use' } })
  await settle(world, (await change(world, service, { kind: 'configure', variables: [] })).recordId)
  await removeVariable(admin, address('NEEDED'))
  expect(await database.db.secret.count({ where: { name: 'NEEDED' } })).toBe(0)
  await expect(createVariable(admin, { ...address('NEEDED'), value: 'y' })).resolves.toEqual({ version: 1 })
})

test('developers set variables of test, admins those of production; the agent’s own names and references are refused', async () => {
  const dev = await world.person('developer')
  await expect(createVariable(dev, { ...address('MINE', 'test'), value: '1' })).resolves.toBeDefined()
  await expect(createVariable(dev, { ...address('MINE'), value: '1' })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(createVariable(dev, { ...address('MINE', 'test'), value: '2' })).rejects.toMatchObject({ code: 'name_taken' })
  await expect(createVariable(dev, { ...address('SLY', 'test'), value: '⟦secret:other@1⟧' })).rejects.toMatchObject({ code: 'invalid' })
  for (const name of ['TENGEN_CONFIG', '1X', 'A-B', 'A\nB'])
    await expect(createVariable(dev, { ...address(name, 'test'), value: '1' })).rejects.toThrow()
  await expect(createVariable(await world.person('stranger'), { ...address('X', 'test'), value: '1' })).rejects.toMatchObject({
    code: 'not_found',
  })
})
