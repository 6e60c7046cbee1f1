import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { publishPackage } from '@/lib/catalog/publish-package'
import { packEntries, packFolder, readFolder } from '@/lib/package-format/pack-folder'
import { stageHealth } from '@/lib/services/stage-health'
import { ClusterWorld, type Placed } from '@/lib/testing/cluster-world'
import { applyObject, cutOff, killProgram, kubectl, rejoin, startProgram } from '@/lib/testing/kubernetes'
import { runClusters } from '@/lib/testing/run-clusters'
import { until } from '@/lib/testing/until'
import { findDrift } from './find-drift'
import { readObject } from './read-object'

const clusters = runClusters()
const [first] = clusters
let world: ClusterWorld
let versionId: string
let web: Placed
/** What a test did to its cluster is taken back, however it ended. */
const mends: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  world = await ClusterWorld.open(clusters)
  const archive = await packFolder(path.join(import.meta.dirname, '../../packages/hello-pods/1.0.0'))
  const ask = { organizationId: world.organization.id, origin: 'test' }
  versionId = (await publishPackage(await world.person('developer'), ask, archive)).versionId
  web = await world.create('web', { versionId, values: { greeting: 'first' } })
  expect((await world.ended(web.recordId)).state).toBe('succeeded')
}, 120_000)
afterEach(async () => {
  for (const mend of mends.splice(0)) await mend().catch(() => {})
})
afterAll(() => world.close(), 180_000)

const here = () => ['-n', world.namespace]
const available = () => world.get(first, 'deployment/web-stable', '{.status.availableReplicas}')
const healthOf = async ({ stageId }: Placed) => (await stageHealth([stageId])).get(stageId)?.health
const untilHealthy = (service: Placed) =>
  until(
    () => healthOf(service),
    (health) => health === 'healthy',
  )
const greet = async (greeting: string) => world.ended(await world.change(web, { kind: 'configure', values: { greeting } }))
const applyYaml = async (name: string, object: object) => {
  const kind = (object as { kind: string }).kind
  await applyObject(first, object)
  mends.push(() => kubectl(first, 'delete', kind, name))
}
/** As many pods as shall be, and nothing twice. */
const expectWhole = async () => {
  expect(await available()).toBe('2')
  const running = await kubectl(first, 'get', 'pods', ...here(), '--field-selector=status.phase=Running', '-o', 'name')
  expect(running.trim().split('\n')).toHaveLength(2)
  expect(
    (await kubectl(first, 'get', 'configmaps', ...here(), '-o', 'name')).split('\n').filter((name) => name.includes('web-')),
  ).toHaveLength(1)
}

test('a quota of the cluster stops a rollout with its own words, and the older pods stay', async () => {
  await kubectl(first, 'create', 'quota', 'tight', '--hard=pods=2', ...here())
  mends.push(() => kubectl(first, 'delete', 'quota/tight', ...here()))
  const record = await greet('second')
  expect([record.state, record.code]).toEqual(['failed', 'pods_refused'])
  expect(record.message).toContain('exceeded quota: tight')
  expect(await available()).toBe('2')
  await kubectl(first, 'delete', 'quota/tight', ...here())
  expect((await greet('third')).state).toBe('succeeded')
  await expectWhole()
})

const rules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] }]

test('an admission that refuses is told in its own words, and nothing has changed', async () => {
  const admission = 'admissionregistration.k8s.io/v1'
  const spec = { matchConstraints: { resourceRules: rules }, validations: [{ expression: 'false', message: 'not on Fridays' }] }
  await applyYaml('tengen-no', { apiVersion: admission, kind: 'ValidatingAdmissionPolicy', metadata: { name: 'tengen-no' }, spec })
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': world.namespace } }
  const binding = { policyName: 'tengen-no', validationActions: ['Deny'], matchResources: { namespaceSelector } }
  await applyYaml('tengen-no', {
    apiVersion: admission,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'tengen-no' },
    spec: binding,
  })
  // The server takes a moment to know it.
  await until(
    () => kubectl(first, 'create', 'configmap', 'probe', '--dry-run=server', ...here()).catch((error: Error) => error.message),
    (said) => said.includes('not on Fridays'),
  )
  const record = await greet('fourth')
  expect([record.state, record.code]).toEqual(['failed', 'refused'])
  expect(record.message).toContain('not on Fridays')
  await expectWhole()
  expect(await healthOf(web)).toBe('healthy')
})

test('an admission that does not answer is tried again, and then said', async () => {
  const webhook = {
    name: 'hangs.tengen.test',
    clientConfig: { url: 'https://10.255.255.1:443/' },
    rules,
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': world.namespace } },
    ...{ failurePolicy: 'Fail', timeoutSeconds: 1, sideEffects: 'None', admissionReviewVersions: ['v1'] },
  }
  const kind = 'ValidatingWebhookConfiguration'
  await applyYaml('tengen-hangs', {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name: 'tengen-hangs' },
    webhooks: [webhook],
  })
  await until(
    () => kubectl(first, 'create', 'configmap', 'probe', '--dry-run=server', ...here()).catch((error: Error) => error.message),
    (said) => said.includes('hangs.tengen.test'),
  )
  const record = await greet('fifth')
  expect([record.state, record.code]).toEqual(['failed', 'refused'])
  expect(record.message).toContain('hangs.tengen.test')
  expect(record.log).toContain('The cluster could not do it just now')
  await expectWhole()
}, 90_000)

test.skipIf(!first.isOurs)(
  'an API server that dies in the midst of a rollout and comes back: it goes on, and nothing is there twice',
  async () => {
    const changed = await world.change(web, { kind: 'configure', values: { greeting: 'sixth' } })
    await until(
      () => world.get(first, 'deployment/web-stable', '{.metadata.generation} {.status.observedGeneration}'),
      (found) => Number(found.split(' ')[0]) > 3,
    )
    mends.push(() => startProgram(first, 'apiserver'))
    await killProgram(first, 'apiserver')
    await sleep(1_500)
    await startProgram(first, 'apiserver')
    const record = await world.ended(changed)
    expect([record.state, record.message]).toEqual(['succeeded', null])
    await expectWhole()
    await untilHealthy(web)
  },
  120_000,
)

test('observers that die again and again in the midst of a rollout: the last one ends it', async () => {
  const changed = world.change(web, { kind: 'configure', values: { greeting: 'seventh' } })
  for (const ms of [150, 400, 900]) {
    await sleep(ms)
    await world.anotherObserver()
  }
  const record = await world.ended(await changed)
  expect([record.state, record.message]).toEqual(['succeeded', null])
  await expectWhole()
})

test('half of the objects deleted by hand: the page is not green, the difference is named, and one record puts it back', async () => {
  await untilHealthy(web)
  await kubectl(first, 'delete', 'deployment/web-stable', 'service/web', ...here(), '--now')
  await until(
    () => healthOf(web),
    (health) => health !== 'healthy',
  )
  const ask = { organization: world.organization.slug, application: 'shop', name: 'web' }
  const drift = await findDrift(await world.person('viewer'), ask)
  const missing = drift.clusters[0]?.objects.filter((one) => one.isMissing).map((one) => one.object)
  expect(missing).toEqual(expect.arrayContaining(['Deployment/web-stable', 'Service/web']))
  const back = await world.ended(await world.change(web, { kind: 'configure', takeOver: true }))
  expect([back.state, back.message]).toEqual(['succeeded', null])
  await untilHealthy(web)
  await expectWhole()
})

test.skipIf(!first.isOurs)(
  'the page is never green while the cluster has not been for a moment, nor longer than it is heard',
  async () => {
    await untilHealthy(web)
    interface Sample {
      readonly at: number
      readonly isGreen: boolean
      /** Undefined = the cluster did not say. */
      readonly isWhole: boolean | undefined
    }
    const samples: Sample[] = []
    let isOver = false
    const sampling = (async () => {
      while (!isOver) {
        const isGreen = (await healthOf(web)) === 'healthy'
        const said = await available().catch(() => undefined)
        samples.push({ at: Date.now(), isGreen, isWhole: said === undefined ? undefined : said === '2' })
        await sleep(200)
      }
    })()
    await kubectl(first, 'delete', 'pods', '-l', 'tengen.io/service-name=web', ...here(), '--now', '--wait=false')
    await sleep(4_000)
    await untilHealthy(web)
    mends.push(() => rejoin(first))
    const cutAt = Date.now()
    await cutOff(first)
    const object = { organization: world.organization.slug, application: 'shop', name: 'web', object: 'Deployment/web-stable' }
    const unheard = { details: { reason: 'cluster_unheard' } }
    await expect(readObject(await world.person('viewer'), object)).rejects.toMatchObject(unheard)
    // Nobody waits for a whole answer of what is silent from the first word: 4 s, divided by the pace of tests.
    expect(Date.now() - cutAt).toBeLessThan(1_800)
    await until(
      () => healthOf(web),
      (health) => health === 'unknown',
    )
    const greyAt = Date.now()
    await rejoin(first)
    await untilHealthy(web)
    isOver = true
    await sampling
    const limitMs = 1_500
    const isLie = ({ at, isGreen }: Sample) => {
      const before = samples.filter((one) => one.at <= at && one.at >= at - limitMs)
      return isGreen && at - (samples[0]?.at ?? at) >= limitMs && before.every((one) => one.isWhole === false)
    }
    expect(samples.filter(isLie)).toEqual([])
    expect(samples.some((one) => one.isWhole === false)).toBe(true)
    // The limit of freshness is 15 s, divided by the pace of tests.
    expect(greyAt - cutAt).toBeLessThan(3_000 + 3_000)
  },
  120_000,
)

test('the hub’s token is replaced while everything goes on', async () => {
  const cluster = await world.database.db.cluster.findFirstOrThrow({ where: { runtimeId: world.runtimeIds[0] ?? '' } })
  // As if half of its life were over.
  const soon = { credentialSetAt: new Date(Date.now() - 3_600_000), credentialExpiresAt: new Date(Date.now() + 600_000) }
  await world.database.db.cluster.update({ where: { id: cluster.id }, data: soon })
  await until(
    () => world.database.db.cluster.findUniqueOrThrow({ where: { id: cluster.id } }),
    (found) => found.accessRevision > cluster.accessRevision && (found.credentialExpiresAt?.getTime() ?? 0) > Date.now() + 3_600_000,
  )
  expect((await greet('eighth')).state).toBe('succeeded')
  await expectWhole()
})

test('load decides about the number where somebody said so: a change leaves it alone', async () => {
  const entries = await hpaPackage()
  const ask = { organizationId: world.organization.id, origin: 'test' }
  const scaled = (await publishPackage(await world.person('developer'), ask, await packEntries(entries))).versionId
  const service = await world.create('scaled', { versionId: scaled, count: 1, values: { greeting: 'one' } })
  expect((await world.ended(service.recordId)).state).toBe('succeeded')
  expect(await world.get(first, 'hpa/scaled-stable', '{.spec.maxReplicas}')).toBe('4')
  // In place of the scaler: this cluster measures nothing.
  await kubectl(first, 'scale', 'deployment/scaled-stable', '--replicas=2', ...here())
  await untilHealthy(service)
  const record = await world.ended(await world.change(service, { kind: 'configure', values: { greeting: 'two' } }))
  expect([record.state, record.message]).toEqual(['succeeded', null])
  expect(await world.get(first, 'deployment/scaled-stable', '{.spec.replicas}')).toBe('2')
  expect((await world.ended(await world.change(service, { kind: 'remove' }))).state).toBe('succeeded')
})

test('a set with volumes: data stay through changes, and go only where somebody says so', async () => {
  for (const name of ['tengen-one']) {
    const place = { hostPath: { path: `/tmp/${name}` }, capacity: { storage: '2Gi' }, accessModes: ['ReadWriteOnce'] }
    const spec = { ...place, persistentVolumeReclaimPolicy: 'Retain' }
    await applyYaml(name, { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec })
  }
  const ask = { organizationId: world.organization.id, origin: 'test' }
  const stored = (await publishPackage(await world.person('developer'), ask, await packEntries(await dataPackage()))).versionId
  const service = await world.create('stored', { versionId: stored, count: 1, values: { greeting: 'one' } })
  const record = await world.ended(service.recordId)
  expect([record.state, record.message]).toEqual(['succeeded', null])
  const exec = (...argv: string[]) => kubectl(first, 'exec', ...here(), 'stored-stable-0', '--', ...argv)
  await exec('sh', '-c', 'echo kept > /data/note')
  expect((await world.ended(await world.change(service, { kind: 'configure', values: { greeting: 'two' } }))).state).toBe('succeeded')
  expect((await exec('cat', '/data/note')).trim()).toBe('kept')
  expect((await world.ended(await world.change(service, { kind: 'remove', keepData: false }))).state).toBe('succeeded')
  expect(await kubectl(first, 'get', 'persistentvolumeclaims,statefulsets', ...here(), '-o', 'name')).toBe('')
})

/** The package of these tests under another name, with other lines of its manifest. */
async function packageWith(name: string, change: (manifest: string) => string) {
  const entries = await readFolder(path.join(import.meta.dirname, '../../packages/hello-pods/1.0.0'))
  return entries.map((entry) => {
    if (entry.kind !== 'file' || entry.path !== 'tengen.yaml') return entry
    return { ...entry, bytes: Buffer.from(change(entry.bytes.toString('utf8').replace('name: hello-pods', `name: ${name}`))) }
  })
}

const hpaPackage = () =>
  packageWith('hello-scaled', (text) => text.replace('      stopTimeout: 2s', '      stopTimeout: 2s\n      scale: { most: 4 }'))
const dataPackage = () =>
  packageWith('hello-stored', (text) =>
    text.replace('    resources:', '    data: [{ name: notes, path: data, sizeMib: 10 }]\n    resources:'),
  )
