import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishPackage } from '@/lib/catalog/publish-package'
import { packFolder } from '@/lib/package-format/pack-folder'
import { getService } from '@/lib/services/get-service'
import { ClusterWorld, type Placed } from '@/lib/testing/cluster-world'
import { applyObject, kubectl } from '@/lib/testing/kubernetes'
import { runClusters } from '@/lib/testing/run-clusters'
import { until } from '@/lib/testing/until'
import { findDrift } from './find-drift'
import { keepOutside } from './keep-outside'
import { listEvents } from './list-events'

const clusters = runClusters()
const [first] = clusters
let world: ClusterWorld
let web: Placed

beforeAll(async () => {
  world = await ClusterWorld.open(clusters)
  const archive = await packFolder(path.join(import.meta.dirname, '../../packages/hello-pods/1.0.0'))
  const ask = { organizationId: world.organization.id, origin: 'test' }
  const { versionId } = await publishPackage(await world.person('developer'), ask, archive)
  web = await world.create('web', { versionId, count: 1, values: { greeting: 'first' }, secrets: { token: 'swordfish' } })
  await world.ended(web.recordId)
}, 90_000)
afterAll(() => world.close(), 180_000)

const ask = () => ({ organization: world.organization.slug, application: 'shop', name: 'web', environment: 'test' as const })
const page = async () => getService(await world.person('viewer'), ask())
const outside = async () => (await page()).placements[0]?.workload?.outside.filter((one) => !one.isKept) ?? []
const differing = async () => (await findDrift(await world.person('viewer'), ask())).clusters[0]?.objects
const putBack = async () => {
  expect(await world.ended(await world.change(web, { kind: 'configure', takeOver: true }))).toMatchObject({ state: 'succeeded' })
  await until(page, ({ health }) => health === 'healthy')
  expect([await outside(), await differing()]).toEqual([[], []])
}

test('what somebody changes in the cluster is never shown as the release: it is kept by an admin, or put back whole', async () => {
  expect([(await page()).health, await outside()]).toEqual(['healthy', []])
  const by = (name: string, object: string, patch: object) =>
    kubectl(first, 'patch', object, '-n', world.namespace, `--field-manager=${name}`, '-p', JSON.stringify(patch))
  const containers = [{ name: 'main', env: [{ name: 'ADDED', value: 'by hand' }] }]
  await by('somebody', 'deployment/web-stable', { spec: { template: { spec: { containers } } } })
  await by('another', 'service/web', { spec: { sessionAffinity: 'ClientIP' } })
  const found = await until(outside, (all) => all.length === 2)
  expect(found.map((one) => [one.object, one.kind, one.owner, one.fields]).sort()).toEqual([
    ['Deployment/web-stable', 'said', 'somebody', ['.spec.template.spec.containers[main].env[ADDED]']],
    ['Service/web', 'said', 'another', ['.spec.sessionAffinity', '.spec.sessionAffinityConfig']],
  ])
  // It rolled out well, and is no more what was approved for that.
  await until(page, (shown) => shown.placements[0]?.workload?.available === 1)
  expect((await page()).health).toBe('degraded')
  const drift = await differing()
  expect(drift?.map((one) => [one.object, one.changes.map(({ path, wanted }) => [path, wanted])]).sort()).toEqual([
    ['Deployment/web-stable', [['.spec.template.spec.containers[main].env[ADDED]', null]]],
    [
      'Service/web',
      [
        ['.spec.sessionAffinity', null],
        ['.spec.sessionAffinityConfig', null],
      ],
    ],
  ])
  const told = await world.database.db.$queryRaw<{ data: object }[]>`select data from journal.event where name = 'service.changed_outside'`
  expect(told[0]?.data).toMatchObject({ service: 'web', environment: 'test' })
  const keep = async (role: 'developer' | 'admin') =>
    keepOutside(await world.person(role), { ...ask(), prints: found.map((one) => one.print) })
  const denied = keep('developer')
  await expect(denied).rejects.toMatchObject({ code: 'forbidden' })
  await keep('admin')
  expect([(await page()).health, await outside()]).toEqual(['healthy', []])
  // What comes later was not looked at by whoever kept the other.
  await kubectl(first, 'delete', 'service/web', '-n', world.namespace)
  expect((await until(outside, (all) => all.length === 1))[0]).toMatchObject({ object: 'Service/web', kind: 'missing', owner: null })
  expect((await page()).health).toBe('degraded')
  await putBack()
  const env = await world.get(first, 'deployment/web-stable', '{.spec.template.spec.containers[0].env[*].name}')
  const affinity = await world.get(first, 'service/web', '{.spec.sessionAffinity}')
  expect([env, affinity]).toEqual(['TOKEN', 'None'])
})

test('what its cluster said of it is read there, what went well too, and a stranger hears nothing', async () => {
  const [there] = (await listEvents(await world.person('viewer'), ask())).clusters
  const said = (there?.events ?? []).map((one) => `${one.about.split('-')[0]} ${one.reason}`)
  expect(said).toEqual(expect.arrayContaining(['Deployment/web ScalingReplicaSet', 'ReplicaSet/web SuccessfulCreate', 'Pod/web Started']))
  await expect(listEvents(await world.person('stranger'), ask())).rejects.toMatchObject({ code: 'not_found' })
})

test('a Secret that somebody takes away or makes anew is told as everything else is, without a word of what it holds', async () => {
  const here = ['-n', world.namespace]
  const name = (await kubectl(first, 'get', 'secrets', ...here, '-l', `tengen.io/service=${web.serviceId}`, '-o', 'name')).trim()
  const held = () => kubectl(first, 'get', name, ...here, '-o', 'jsonpath={.data.env\\.TOKEN}')
  const [before, object] = [await held(), name.replace('secret/', 'Secret/')]
  const told = async () => (await until(outside, (all) => all.length === 1)).map((one) => [one.object, one.kind, one.owner, one.fields])
  const made = JSON.parse(await kubectl(first, 'get', name, ...here, '-o', 'json')) as { data: object; metadata: { labels: object } }
  await kubectl(first, 'delete', name, ...here)
  expect(await told()).toEqual([[object, 'missing', null, []]])
  await putBack()
  const data = { 'env.TOKEN': Buffer.from('tunafish').toString('base64') }
  const metadata = { name: name.replace('secret/', ''), namespace: world.namespace, labels: made.metadata.labels }
  await kubectl(first, 'delete', name, ...here)
  await applyObject(first, { ...made, metadata, data })
  expect(await told()).toEqual([[object, 'said', 'somebody', ['.data', '.immutable', '.type']]])
  const row = await world.database.db.workload.findFirstOrThrow()
  for (const value of ['tunafish', data['env.TOKEN'], before]) expect(JSON.stringify(row)).not.toContain(value)
  // What nobody may change is made anew.
  await putBack()
  expect(await held()).toBe(before)
})
