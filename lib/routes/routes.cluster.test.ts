import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '@/lib/auth/actor'
import { closeBus } from '@/lib/bus/bus'
import { publishPackage } from '@/lib/catalog/publish-package'
import { addCluster } from '@/lib/clusters/add-cluster'
import { removeCluster } from '@/lib/clusters/remove-cluster'
import { forgetHubLabel } from '@/lib/clusters/wanted-namespaces'
import { createService } from '@/lib/deploys/create-service'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { stirDeploys } from '@/lib/deploys/stir-deploys'
import { tellClusters } from '@/lib/deploys/tell-clusters'
import { setEnv } from '@/lib/env'
import { packEntries, packFolder } from '@/lib/package-format/pack-folder'
import { readArchive } from '@/lib/package-format/read-archive'
import { noLimits } from '@/lib/quotas/amount-views'
import { grantRuntime } from '@/lib/quotas/grant-runtime'
import { getServiceRelations } from '@/lib/relations/get-service-relations'
import { setRelations } from '@/lib/relations/set-relations'
import { askOutside } from '@/lib/testing/ask-outside'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { buildPackage } from '@/lib/testing/build-service'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { certManager, issuedSecret } from '@/lib/testing/cert-manager'
import { applyObject, kubeconfigOf, kubectl } from '@/lib/testing/kubernetes'
import { makeCertificate } from '@/lib/testing/make-certificate'
import { podsTold } from '@/lib/testing/pods-told'
import { clusterNetworks, runClusters } from '@/lib/testing/run-clusters'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { until } from '@/lib/testing/until'
import { startObservers } from '@/workers/observers/start-observers'
import { changeRoute } from './change-route'
import { checkRoute } from './check-route'
import { checkRoutes } from './check-routes'
import { createRoute } from './create-route'
import { getRoute } from './get-route'

const [cluster] = runClusters()
const actor = systemActor('test')
let database: TestDatabase
let world: BuiltOrganization
let observers: ReturnType<typeof startObservers>
let namespace: string
let runtimeId: string
let archive: Buffer
let isOver = false
let worker: Promise<void>

async function work(): Promise<void> {
  for (let turn = 0; !isOver; turn++) {
    await carryJobs()
    if (turn % 10 === 0) await Promise.all([stirDeploys(), checkRoutes(), tellClusters()])
    await sleep(100)
  }
}

beforeAll(async () => {
  database = await testDatabase()
  setEnv({ OUTGOING_ALLOW: clusterNetworks, TENGEN_PACE: '5' })
  forgetHubLabel()
  world = await buildOrganization({ machinesInPool: 3 })
  namespace = `${world.slug}-shop`
  observers = startObservers('test')
  const ask = { name: 'c0', environment: 'test', region: 'here', labels: {}, isOffered: false, account: 'own' } as const
  const { id } = await addCluster(actor, { ...ask, kubeconfig: kubeconfigOf(cluster) })
  ;({ runtimeId } = await database.db.cluster.findUniqueOrThrow({ where: { id } }))
  const amounts = noLimits
  await grantRuntime(actor, { runtimeId, organizationId: world.id, amounts })
  await until(
    () => database.db.cluster.findUniqueOrThrow({ where: { id }, include: { namespaces: true } }),
    (found) => found.factsAt !== null && found.namespaces.every((one) => one.state === 'present') && found.namespaces.length === 2,
  )
  archive = await packFolder(path.join(import.meta.dirname, '../../packages/hello-pods/1.0.0'))
  const developer = await world.person('developer')
  const { versionId } = await publishPackage(developer, { organizationId: world.id, origin: 'test' }, archive)
  worker = work()
  for (const name of ['web', 'blog']) {
    const place = { organization: world.slug, application: 'shop', name, packageVersionId: versionId, runtimeId, count: 1 }
    await ended((await createService(developer, { ...place, values: { greeting: name } })).recordId)
  }
}, 120_000)
afterAll(async () => {
  isOver = true
  await worker
  for (const { id } of await database.db.cluster.findMany({ where: { removedAt: null } })) {
    await database.db.placement.deleteMany({})
    await removeCluster(await world.person('operator'), { clusterId: id, typedName: 'c0', namespaces: 'delete' })
  }
  await until(
    () => database.db.cluster.count({ where: { removedAt: null } }),
    (count) => count === 0,
  )
  await observers.stop()
  await until(
    () => kubectl(cluster, 'get', 'namespaces,clusterroles,clusterrolebindings', '-o', 'name'),
    (found) => !found.includes('tengen') && !found.includes(world.slug),
  )
  await closeBus()
  await database.dispose()
}, 120_000)

async function ended(recordId: string) {
  const record = await until(
    () => database.db.deployRecord.findUniqueOrThrow({ where: { id: recordId } }),
    (found) => found.endedAt !== null,
  )
  expect([record.state, record.code, record.message]).toEqual(['succeeded', null, null])
}

const host = 'shop.example.org'
const own = () => ({ organization: world.slug, application: 'shop', environment: 'test' as const, host })
const rule = (service: string, at = '/') => ({ path: at, match: 'prefix' as const, service, port: 'http' })
const route = async () => getRoute(await world.person('developer'), own())
/** As it is when a person asks. */
const asked = async () => {
  await checkRoute(await world.person('developer'), own())
  return route()
}
const hasState = (state: string) =>
  until(route, (found) => found.state === state && found.places.every((one) => one.checkedAt !== null), 30_000)

const ask = (address: string, scheme: 'http' | 'https', at = '/') => askOutside({ address, scheme, host, at })
let address: string

test('a route answers from outside over HTTP, and says so of itself after it was asked', async () => {
  const developer = await world.person('developer')
  await ended((await createRoute(developer, { ...own(), rules: [rule('web')] })).recordId)
  const seen = await hasState('works')
  expect(seen.places).toMatchObject([{ cluster: 'c0', status: 200, version: 1 }])
  address = seen.places[0]?.addresses[0] ?? ''
  expect(await ask(address, 'http')).toMatchObject({ status: 200, text: expect.stringContaining('web') })
})

test('changed, it is served over HTTPS with the uploaded certificate, and leads to two services by their paths', async () => {
  const certificate = makeCertificate({ names: [host] })
  const change = { ...own(), rules: [rule('web'), rule('blog', '/index.html')], tls: { kind: 'certificate' as const, ...certificate } }
  await ended((await changeRoute(await world.person('developer'), change)).recordId)
  expect((await hasState('works')).places[0]?.version).toBe(2)
  const [root, blog] = await until(
    () => Promise.all([ask(address, 'https'), ask(address, 'https', '/index.html')]),
    ([one]) => one.names.includes(host),
  )
  expect([root.status, root.text.includes('web'), blog.text.includes('blog')]).toEqual([200, true, true])
  expect(await kubectl(cluster, 'get', 'secrets', '-n', namespace, '--field-selector=type=kubernetes.io/tls', '-o', 'name')).toContain(host)
})

test('what nobody answers behind it does not work, with the reason, as soon as a person asks; and works again', async () => {
  const developer = await world.person('developer')
  const asked = async () => {
    await checkRoute(developer, own())
    return (await route()).places[0]
  }
  const scale = (count: number) => kubectl(cluster, 'scale', 'deployment/web-stable', '-n', namespace, `--replicas=${count}`)
  await scale(0)
  const place = await until(asked, (found) => found?.why?.code === 'nobody_ready', 30_000)
  expect(place).toMatchObject({ state: 'fails', why: { values: { service: 'web' } } })
  await scale(1)
  await kubectl(cluster, 'rollout', 'status', 'deployment/web-stable', '-n', namespace, '--timeout=60s')
  await until(asked, (found) => found?.state === 'works', 30_000)
}, 120_000)

test('what somebody changes of it in the cluster is told, and put back by a record', async () => {
  const developer = await world.person('developer')
  const outside = async () => (await route()).places[0]?.outside.map((one) => [one.object, one.kind, one.owner])
  const here = ['-n', namespace]
  const secret = (await kubectl(cluster, 'get', 'secrets', ...here, '--field-selector=type=kubernetes.io/tls', '-o', 'name')).trim()
  const spec = { rules: [{ host: 'elsewhere.example.org' }] }
  await kubectl(
    cluster,
    'patch',
    `ingress/${host}-stable`,
    ...here,
    '--field-manager=somebody',
    '--type=merge',
    '-p',
    JSON.stringify({ spec }),
  )
  await kubectl(cluster, 'delete', secret, ...here)
  const found = await until(outside, (all) => all?.length === 2)
  expect(found?.sort()).toEqual([
    [`Ingress/${host}-stable`, 'said', 'somebody'],
    [secret.replace('secret/', 'Secret/'), 'missing', null],
  ])
  const { stageId } = await route()
  const configure = { stageId, kind: 'configure' as const }
  await expect(requestDeploy(developer, { ...configure, takeOver: true, values: {} })).rejects.toMatchObject({
    details: { reason: 'is_route' },
  })
  await ended((await requestDeploy(developer, { ...configure, takeOver: true })).recordId)
  await until(outside, (all) => all?.length === 0)
  await until(asked, ({ state }) => state === 'works')
  expect((await ask(address, 'https')).names).toContain(host)
})

test('a certificate that cert-manager shall issue is waited for, and taken as soon as it is there', async () => {
  const developer = await world.person('developer')
  const issuer = { kind: 'ClusterIssuer' as const, name: 'somebody' }
  const issued = { ...own(), rules: [rule('web')], tls: { kind: 'issuer' as const, issuer } }
  await expect(changeRoute(developer, issued)).rejects.toMatchObject({ details: { reason: 'no_cert_manager' } })
  const [secret, here] = [`${host}-stable-tls`, ['-n', namespace]]
  try {
    await applyObject(cluster, certManager)
    await until(
      () => database.db.cluster.findFirstOrThrow(),
      ({ facts }) => JSON.stringify(facts).includes('cert-manager.io/v1'),
    )
    await ended((await changeRoute(developer, issued)).recordId)
    const note = '{.metadata.annotations.cert-manager\\.io/cluster-issuer}'
    expect(await kubectl(cluster, 'get', `ingress/${host}-stable`, ...here, '-o', `jsonpath=${note}`)).toBe('somebody')
    expect((await until(asked, ({ state }) => state === 'coming')).why).toMatchObject({ code: 'not_issued', values: { name: 'somebody' } })
    const { chain, key } = makeCertificate({ names: [host] })
    const metadata = { name: secret, namespace }
    await applyObject(cluster, { ...issuedSecret, metadata, stringData: { 'tls.crt': chain, 'tls.key': key } })
    // Of an authority that nobody knows here: it is the issued one, and judged.
    expect((await until(asked, ({ state }) => state === 'fails')).why).toMatchObject({ code: 'not_trusted' })
  } finally {
    await kubectl(cluster, 'delete', 'secret', secret, ...here, '--ignore-not-found')
    await kubectl(cluster, 'delete', 'crd', certManager.metadata.name, '--ignore-not-found')
  }
}, 90_000)

test('an earlier version comes back whole, and its removal leaves nothing behind', async () => {
  const developer = await world.person('developer')
  const { stageId, versions } = await route()
  const release = versions.find((one) => one.number === 1)
  await ended((await requestDeploy(developer, { stageId, kind: 'rollback', releaseId: release?.id })).recordId)
  const left = () => kubectl(cluster, 'get', 'ingresses,secrets', '-n', namespace, '-o', 'name')
  expect(await left()).toBe(`ingress.networking.k8s.io/${host}-stable\n`)
  expect(await kubectl(cluster, 'get', 'ingresses', '-n', namespace, '-o', 'jsonpath={.items[*].spec.tls}')).toBe('')
  await hasState('works')
  expect((await ask(address, 'http')).status).toBe(200)
  await ended((await requestDeploy(developer, { stageId, kind: 'remove' })).recordId)
  expect(await left()).toBe('')
  await until(
    () => ask(address, 'http'),
    (found) => found.status === 404,
  )
})

const told = () => podsTold(cluster, namespace, 'front')

test('pods are told of units on machines, and of a service beside them; one unit more is told by a record, and they begin anew with it', async () => {
  const developer = await world.person('developer')
  const provides = { data: [], ports: [{ name: 'http', default: 8080 }], provides: [{ name: 'api', interface: 'http', port: 'http' }] }
  const store = await buildPackage(['1.0.0'], { organizationId: world.id, component: provides })
  const place = { organization: world.slug, application: 'shop' }
  const made = await createService(developer, {
    ...{ ...place, name: 'store', packageVersionId: store.versions['1.0.0'] ?? '', runtimeId: world.runtimes.test, count: 1 },
  })
  await ended(made.recordId)
  const entries = (await readArchive(archive)).map((entry) =>
    entry.kind === 'file' && entry.path === 'tengen.yaml'
      ? { ...entry, bytes: Buffer.from(requiring(entry.bytes.toString('utf8'))) }
      : entry,
  )
  const { versionId } = await publishPackage(developer, { organizationId: world.id, origin: 'test' }, await packEntries(entries))
  const front = { ...place, name: 'front', packageVersionId: versionId, runtimeId, count: 1 }
  await expect(createService(developer, front)).rejects.toMatchObject({ code: 'relation_missing' })
  await ended((await createService(developer, { ...front, relations: { api: [{ serviceId: made.serviceId }] } })).recordId)
  const units = () =>
    database.db.allocation.findMany({
      where: { to: null, unit: { stage: { serviceId: made.serviceId } } },
      include: { machine: true },
      orderBy: { unit: { ordinal: 'asc' } },
    })
  const endpoints = async () =>
    (await units()).map(({ machine, ports }) => `${machine.address}:${(ports as { http: number }).http}`).join(',')
  const first = await told()
  expect(first.variable).toBe(await endpoints())
  expect(JSON.parse(first.file).all).toMatchObject([{ service: 'store', unit: 'store/0', relation: 'api' }])
  const stage = await database.db.stage.findFirstOrThrow({ where: { serviceId: made.serviceId }, include: { placements: true } })
  const counts = { [stage.placements[0]?.id ?? '']: 2 }
  await ended((await requestDeploy(developer, { stageId: stage.id, kind: 'scale', counts })).recordId)
  const both = await endpoints()
  expect(both.split(',')).toHaveLength(2)
  await until(
    () => told(),
    (found) => found.variable === both,
  )
  const record = await until(
    () => database.db.deployRecord.findFirst({ where: { serviceName: 'front', kind: 'relate', state: 'succeeded' } }),
    (found) => found !== null,
  )
  expect(record?.cause).toMatchObject({ code: 'relation_changed', values: { names: 'store/1' } })
  const relations = await getServiceRelations(developer, { ...place, name: 'front', environment: 'test' })
  expect(relations.edges).toMatchObject([{ requirement: 'api', consumer: { units: 1 }, provider: { name: 'store', units: 2 } }])
  const web = await database.db.service.findFirstOrThrow({ where: { name: 'web', organizationId: world.id } })
  await setRelations(developer, { ...place, name: 'front', environment: 'test', relations: { api: [{ serviceId: web.id }] } })
  await until(
    () => told(),
    (found) => found.variable === `web.${namespace}.svc:8080`,
  )
}, 180_000)

const requiring = (manifest: string): string =>
  `${manifest.replace('name: hello-pods', 'name: front').trimEnd()}\n    requires: [{ name: api, interface: http, granularity: unit }]\n`
