import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBus } from '@/lib/bus/bus'
import { whyServiceChanged } from '@/lib/changes/why-changed'
import { loadOrders } from '@/lib/clusters/load-orders'
import { noteApplied, settleWell } from '@/lib/clusters/settle-order'
import { cancelDeploy } from '@/lib/deploys/cancel-deploy'
import { createService } from '@/lib/deploys/create-service'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { retryDeploy } from '@/lib/deploys/retry-deploy'
import { refOf } from '@/lib/drivers/kubernetes/apply-set'
import { secretReferencesIn } from '@/lib/protocol/desired'
import { getService } from '@/lib/services/get-service'
import { listServices } from '@/lib/services/list-services'
import { type BuiltOrganization, buildOrganization, heardForTests } from '@/lib/testing/build-organization'
import { buildPackage } from '@/lib/testing/build-service'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { makeCertificate } from '@/lib/testing/make-certificate'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { changeRoute } from './change-route'
import { type CreateRouteInput, createRoute, previewRoute } from './create-route'
import { getRoute } from './get-route'
import { listRoutes } from './list-routes'
import { remindCertificates } from './remind-certificates'

let database: TestDatabase
const worlds: BuiltOrganization[] = []
let clusterId: string
const host = 'shop.example.org'
const good = makeCertificate({ names: [host], days: 20 })

/** A cluster that both organisations may use in both environments, and a service of each there. */
beforeAll(async () => {
  database = await testDatabase()
  const facts = { ingressClasses: [{ name: 'traefik', by: 'traefik', isDefault: true }] }
  const runtime = await database.db.runtime.create({ data: { name: 'c0', kind: 'cluster', driver: 'kubernetes', environment: 'test' } })
  const where = { runtimeId: runtime.id, identity: runtime.id, server: 'https://cluster.invalid', credential: '', credentialKind: 'token' }
  clusterId = (await database.db.cluster.create({ data: { ...where, facts, heardAt: heardForTests() } })).id
  const component = { data: [], templates: [], hooks: {}, container: { image: 'nginx:1' } }
  for (const slug of ['one', 'two']) {
    const world = await buildOrganization({ machinesInPool: 1 })
    worlds.push(world)
    await database.db.runtimeGrant.create({ data: { runtimeId: runtime.id, organizationId: world.id } })
    const application = await database.db.application.findFirstOrThrow({ where: { organizationId: world.id, slug: 'shop' } })
    await database.db.clusterNamespace.create({
      data: { clusterId, applicationId: application.id, name: `${world.slug}-shop`, state: 'present' },
    })
    const runtimes: ('machine' | 'kubernetes')[] = ['machine', 'kubernetes']
    const made = await buildPackage(['1.0.0'], { organizationId: world.id, runtimes, component, name: `web-${slug}` })
    await createService(await world.person('developer'), {
      ...{ organization: world.slug, application: 'shop', name: 'web', packageVersionId: made.versions['1.0.0'] ?? '' },
      ...{ runtimeId: runtime.id, count: 1 },
    })
    await carryOut()
  }
})
afterAll(async () => {
  await closeBus()
  await database.dispose()
})

/** What the observer of a cluster does, without a cluster. */
async function carryOut(): Promise<void> {
  await carryJobs()
  for (const order of await loadOrders({ id: clusterId })) {
    await noteApplied(order, 1)
    const applied = (await loadOrders({ id: clusterId })).find((one) => one.row.placementId === order.row.placementId)
    if (applied) await settleWell(applied, applied.content?.objects.map(refOf) ?? [])
  }
  await carryJobs()
}

const [one, two] = [() => worlds[0] as BuiltOrganization, () => worlds[1] as BuiltOrganization]
const rules = [{ path: '/', match: 'prefix' as const, service: 'web', port: 'http' }]
const ask = (world: BuiltOrganization, more: Partial<CreateRouteInput> = {}): CreateRouteInput => ({
  ...{ organization: world.slug, application: 'shop', environment: 'test', host, rules },
  ...more,
})
const address = { application: 'shop', environment: 'test', host } as const
const recordOf = (id: string) => database.db.deployRecord.findUniqueOrThrow({ where: { id } })
const contentOf = async (stageId: string): Promise<string> => {
  const { contentDigest } = await database.db.task.findFirstOrThrow({
    where: { record: { stageId } },
    orderBy: { record: { number: 'desc' } },
  })
  return contentDigest ?? ''
}

test('a route is a record with a plan; its objects are what was previewed, its key a secret, and it is no service', async () => {
  const developer = await one().person('developer')
  const tls = { kind: 'certificate', ...good } as const
  const preview = await previewRoute(developer, ask(one(), { tls }))
  const texts = preview.diff.flatMap((target) => JSON.stringify(target)).join('\n')
  expect(texts).toContain('Ingress/shop.example.org-stable')
  expect(texts).not.toContain(good.key.split('\n')[1])
  const made = await createRoute(developer, ask(one(), { tls, expectedHash: preview.expectedHash }))
  await carryJobs()
  expect(await recordOf(made.recordId)).toMatchObject({ kind: 'route', state: 'running' })
  const [order] = await loadOrders({ id: clusterId })
  expect(order?.content?.objects.map(({ kind }) => kind)).toEqual(['Secret', 'Ingress'])
  expect(secretReferencesIn(order?.text ?? '')).toHaveLength(1)
  await carryOut()
  expect(await recordOf(made.recordId)).toMatchObject({ state: 'succeeded' })
  const route = await getRoute(developer, { organization: one().slug, ...address })
  expect(route).toMatchObject({ version: 1, url: `https://${host}/`, state: 'unknown', rules, clusters: ['c0'] })
  expect(route.tls.certificate).toMatchObject({ names: [host], isSelfSigned: true, daysLeft: 19 })
  const services = await listServices(developer, { organization: one().slug, application: 'shop' })
  expect(services.items.map(({ name }) => name)).toEqual(['web'])
  await expect(getService(developer, { organization: one().slug, application: 'shop', name: host })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('a host belongs to who has it first in an environment, and so does what a wildcard stands for', async () => {
  const stranger = await two().person('developer')
  const wildcard = '*.example.org'
  for (const other of [host, wildcard]) {
    const refused = await createRoute(stranger, ask(two(), { host: other })).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'name_taken', details: { reason: 'host_taken' } })
    expect(JSON.stringify(refused)).not.toContain(one().slug)
  }
  await expect(createRoute(await one().person('developer'), ask(one()))).rejects.toMatchObject({ details: { reason: 'host_here' } })
  // Its own wildcard may stand beside a single name of it.
  const made = await createRoute(await one().person('developer'), ask(one(), { host: wildcard }))
  await carryOut()
  expect(await recordOf(made.recordId)).toMatchObject({ state: 'succeeded' })
  await expect(createRoute(stranger, ask(two(), { host: 'new.example.org' }))).rejects.toMatchObject({ details: { reason: 'host_taken' } })
  const far = await createRoute(stranger, ask(two(), { host: 'a.new.example.org' }))
  await carryOut()
  expect(await recordOf(far.recordId)).toMatchObject({ state: 'succeeded' })
})

test.each([
  ['a service that is not there', { rules: [{ service: 'none', port: 'http' }] }, 'service_unknown'],
  ['a port that is not there', { rules: [{ service: 'web', port: 'grpc' }] }, 'port_unknown'],
  ['a path twice', { rules: [...rules, ...rules] }, 'path_twice'],
  [
    'an issuer where no cert-manager is',
    { rules, tls: { kind: 'issuer', issuer: { kind: 'ClusterIssuer', name: 'acme' } } },
    'no_cert_manager',
  ],
  ['a class that no cluster has', { rules, ingressClass: 'nginx' }, 'class_unknown'],
  ['a certificate of another name', { rules, tls: { kind: 'certificate', ...good } }, 'names_other'],
  ['a certificate without its key', { rules, tls: { kind: 'certificate', chain: good.chain } }, 'key_missing'],
] as const)('a route is refused at entry with what to do: %s', async (_, change, reason) => {
  const input = ask(one(), { host: 'bad.example.net', ...(change as Partial<CreateRouteInput>) })
  await expect(previewRoute(await one().person('developer'), input)).rejects.toMatchObject({ code: 'invalid', details: { reason } })
})

test('a service on machines has a route only through a way in, and what a route leads to is not removed under it', async () => {
  const developer = await one().person('developer')
  const { id: versionId } = await database.db.packageVersion.findFirstOrThrow({ where: { package: { organizationId: one().id } } })
  const place = { organization: one().slug, application: 'shop', packageVersionId: versionId, runtimeId: one().runtimes.test, count: 1 }
  await createService(developer, { ...place, name: 'old' })
  const input = ask(one(), { host: 'old.example.net', rules: [{ service: 'old', port: 'http' }] })
  await expect(createRoute(developer, input)).rejects.toMatchObject({ details: { reason: 'no_entry' } })
  const { stageId } = await getService(developer, { organization: one().slug, application: 'shop', name: 'web' })
  await expect(requestDeploy(developer, { stageId, kind: 'remove' })).rejects.toMatchObject({
    code: 'needed',
    details: { services: expect.arrayContaining([host]) },
  })
})

test('another version keeps the certificate and its key, an earlier one comes back whole, and changes of services are none of routes', async () => {
  const developer = await one().person('developer')
  const own = { organization: one().slug, ...address }
  const { stageId } = await getRoute(developer, own)
  const first = await contentOf(stageId)
  const next = makeCertificate({ names: [host], days: 60 })
  await changeRoute(developer, {
    ...own,
    rules: [{ ...rules[0], path: '/api' } as (typeof rules)[0]],
    tls: { kind: 'certificate', ...next },
  })
  await carryOut()
  const changed = await getRoute(developer, own)
  expect(changed).toMatchObject({ version: 2, rules: [{ path: '/api' }], tls: { certificate: { daysLeft: 59 } } })
  await changeRoute(developer, { ...own, rules, tls: { kind: 'certificate' } })
  await carryOut()
  expect(await getRoute(developer, own)).toMatchObject({ version: 3, rules, tls: { certificate: { daysLeft: 59 } } })
  await expect(changeRoute(developer, { ...own, rules, tls: { kind: 'certificate' } })).rejects.toMatchObject({ code: 'nothing_to_do' })
  await expect(requestDeploy(developer, { stageId, kind: 'restart' })).rejects.toMatchObject({ details: { reason: 'is_route' } })
  const release = changed.versions.find((version) => version.number === 1)
  await requestDeploy(developer, { stageId, kind: 'rollback', releaseId: release?.id })
  await carryOut()
  expect(await contentOf(stageId)).toBe(first)
  expect(await getRoute(developer, own)).toMatchObject({ version: 1, tls: { certificate: { daysLeft: 19 } } })
  // Why it is so: each of these, and who asked.
  const { items } = await whyServiceChanged(developer, { organization: one().slug, application: 'shop', name: host, environment: 'test' })
  const changes = items.flatMap(({ deploy }) => (deploy ? [[deploy.deploy.title.kind, deploy.deploy.requester.id]] : []))
  expect(changes).toEqual(['rollback', 'route', 'route', 'route'].map((kind) => [kind, developer.id]))
})

test('before a certificate ends people are told, each time once', async () => {
  expect([await remindCertificates(), await remindCertificates()]).toEqual([1, 0])
  const rows = await database.db.$queryRaw<{ data: object }[]>`select data from journal.event where name = 'route.certificate_expires_soon'`
  expect(rows).toEqual([{ data: expect.objectContaining({ host, left: 20 }) }])
})

test('what never came to be holds no host, and what was removed frees it; a retry that comes too late is refused', async () => {
  const developer = await one().person('developer')
  const grant = { organizationId: one().id, environment: 'test' as const }
  await database.db.approvalPolicy.create({ data: { ...grant, approvals: 1 } })
  const idle = await createRoute(developer, ask(one(), { host: 'idle.example.net' }))
  await cancelDeploy(developer, { recordId: idle.recordId })
  await database.db.approvalPolicy.deleteMany({ where: grant })
  const stranger = await two().person('developer')
  await createRoute(stranger, ask(two(), { host: 'idle.example.net' }))
  await carryOut()
  await expect(retryDeploy(developer, idle)).rejects.toMatchObject({ details: { reason: 'host_lost' } })
  for (const name of [host, '*.example.org']) {
    const { stageId } = await getRoute(developer, { organization: one().slug, ...address, host: name })
    await requestDeploy({ ...developer, session: { id: 's', signedInAt: new Date() } }, { stageId, kind: 'remove' })
    await carryOut()
  }
  expect((await listRoutes(developer, { organization: one().slug, application: 'shop' })).items).toEqual([])
  const made = await createRoute(stranger, ask(two()))
  await carryOut()
  expect(await recordOf(made.recordId)).toMatchObject({ state: 'succeeded' })
})
