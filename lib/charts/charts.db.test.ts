import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBus } from '@/lib/bus/bus'
import { getPackage } from '@/lib/catalog/get-package'
import { inspectUpload } from '@/lib/catalog/inspect-upload'
import { uploadPackage } from '@/lib/catalog/upload-package'
import { previewService } from '@/lib/deploys/create-service'
import { setEnv } from '@/lib/env'
import { type BuiltOrganization, buildOrganization, heardForTests } from '@/lib/testing/build-organization'
import { chartArchive, siteChart } from '@/lib/testing/chart-archive'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'

let database: TestDatabase
let world: BuiltOrganization
let runtimeId: string

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization({ machinesInPool: 0 })
  const data = { name: 'c0', kind: 'cluster', driver: 'kubernetes', environment: 'test' } as const
  const runtime = await database.db.runtime.create({ data: { ...data, grants: { create: { organizationId: world.id } } } })
  runtimeId = runtime.id
  const where = { runtimeId, identity: 'c0', server: 'https://cluster.invalid', credential: '', credentialKind: 'token' }
  await database.db.cluster.create({ data: { ...where, version: 'v1.34.4', heardAt: heardForTests() } })
})
afterAll(async () => {
  setEnv({ TENGEN_HELM: undefined })
  await closeBus()
  await database.dispose()
})

test('a plain chart is taken as it was packed; what is wrong with one is said with its file', async () => {
  const developer = await world.person('developer')
  const upload = { organization: world.slug, name: 'site-1.0.0.tgz', archive: await chartArchive(siteChart()) }
  expect(await inspectUpload(developer, upload)).toEqual({ kind: 'chart', name: 'site', version: '1.0.0' })
  expect(await uploadPackage(developer, upload)).toEqual({ name: 'site', version: '1.0.0' })
  const { 'Chart.yaml': facts = '', ...files } = siteChart('1.1.0')
  const archive = await chartArchive({ ...files, 'Chart.yaml': `${facts}dependencies: [{ name: redis, version: 1.x.x }]\n` })
  await expect(uploadPackage(developer, { ...upload, archive })).rejects.toMatchObject({
    details: { issues: [{ file: 'chart/Chart.yaml', rule: 'chart_dependency' }] },
  })
})

test('a hub without Helm says so where a chart is looked at, and where one is asked for', async () => {
  setEnv({ TENGEN_HELM: '/nowhere/helm' })
  const developer = await world.person('developer')
  const seen = await getPackage(developer, { organization: world.slug, name: 'site' })
  expect(seen).toMatchObject({ runtimes: ['helm'], use: { allowed: false, code: 'no_helm' } })
  const [version] = seen.versions
  const ask = { organization: world.slug, application: 'shop', name: 'site', packageVersionId: version?.id ?? '', runtimeId, count: 1 }
  await expect(previewService(developer, ask)).rejects.toMatchObject({
    code: 'plan_refused',
    message: 'chart: There is no program at /nowhere/helm (TENGEN_HELM).',
  })
  await expect(previewService(developer, { ...ask, count: 2 })).rejects.toMatchObject({
    details: { fields: { count: 'is said by the chart' } },
  })
  expect(await database.db.service.count()).toBe(0)
})
