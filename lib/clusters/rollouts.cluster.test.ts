import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { systemActor } from '@/lib/auth/actor'
import { closeBus } from '@/lib/bus/bus'
import { publishPackage } from '@/lib/catalog/publish-package'
import { cancelDeploy } from '@/lib/deploys/cancel-deploy'
import { catchUpClusters } from '@/lib/deploys/catch-up-clusters'
import { createService } from '@/lib/deploys/create-service'
import type { RequestDeployInput } from '@/lib/deploys/deploy-request'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { stirDeploys } from '@/lib/deploys/stir-deploys'
import { setEnv } from '@/lib/env'
import { packEntries, packFolder } from '@/lib/package-format/pack-folder'
import { readArchive } from '@/lib/package-format/read-archive'
import { grantRuntime } from '@/lib/quotas/grant-runtime'
import { getService } from '@/lib/services/get-service'
import { stageHealth } from '@/lib/services/stage-health'
import { beginTerminal } from '@/lib/terminals/begin-terminal'
import { openTerminal } from '@/lib/terminals/open-terminal'
import { orderTerminal } from '@/lib/terminals/order-terminal'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { cutOff, kubeconfigOf, kubectl, rejoin, type TestKubernetes } from '@/lib/testing/kubernetes'
import { runClusters } from '@/lib/testing/run-clusters'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { startObservers } from '@/workers/observers/start-observers'
import { addCluster } from './add-cluster'
import { findDrift } from './find-drift'
import { readPodLog } from './read-pod-log'
import { removeCluster } from './remove-cluster'
import { forgetHubLabel } from './wanted-namespaces'

const clusters = runClusters()
const [first, second] = clusters
const actor = systemActor('test')
let database: TestDatabase
let world: BuiltOrganization
let observers: ReturnType<typeof startObservers>
let runtimeIds: string[]
let namespace: string
let before: string
let versionId: string
let archive: Buffer
let isOver = false
let worker: Promise<void>

/** What workers and sweeps do, all the time. */
async function work(): Promise<void> {
  for (let turn = 0; !isOver; turn++) {
    await carryJobs()
    if (turn % 10 === 0) await Promise.all([stirDeploys(), catchUpClusters()])
    await sleep(100)
  }
}

beforeAll(async () => {
  database = await testDatabase()
  setEnv({ OUTGOING_ALLOW: '10.200.0.0/16', TENGEN_PACE: '5' })
  forgetHubLabel()
  world = await buildOrganization({ machinesInPool: 0 })
  namespace = `${world.slug}-shop`
  observers = startObservers('test')
  runtimeIds = []
  for (const [at, cluster] of clusters.entries()) {
    const ask = { name: `c${at}`, environment: 'test', region: 'here', labels: {}, isOffered: false, account: 'own' } as const
    const { id } = await addCluster(actor, { ...ask, kubeconfig: kubeconfigOf(cluster) })
    const { runtimeId } = await database.db.cluster.findUniqueOrThrow({ where: { id } })
    await grantRuntime(actor, {
      runtimeId,
      organizationId: world.id,
      amounts: { units: null, cpuMillis: null, memoryMib: null, diskMib: null },
    })
    runtimeIds.push(runtimeId)
  }
  await until(
    () => database.db.clusterNamespace.count({ where: { state: 'present' } }),
    (count) => count === 2 * clusters.length,
  )
  before = await contents(first)
  archive = await packFolder(path.join(import.meta.dirname, '../../packages/hello-pods/1.0.0'))
  versionId = (await publishPackage(await world.person('developer'), { organizationId: world.id, origin: 'test' }, archive)).versionId
  worker = work()
}, 90_000)
afterAll(async () => {
  isOver = true
  await worker
  for (const { id } of await database.db.cluster.findMany({ where: { removedAt: null }, include: { runtime: true } })) {
    // Also after a test that failed: what is in its namespaces goes with them.
    await database.db.placement.deleteMany({})
    const { runtime } = await database.db.cluster.findUniqueOrThrow({ where: { id }, include: { runtime: true } })
    await removeCluster(await world.person('operator'), { clusterId: id, typedName: runtime.name, namespaces: 'delete' })
  }
  await until(
    () => database.db.cluster.count({ where: { removedAt: null } }),
    (count) => count === 0,
    60_000,
  )
  await observers.stop()
  // The next file finds them as this one did.
  const left = (cluster: TestKubernetes) => kubectl(cluster, 'get', 'namespaces,clusterroles,clusterrolebindings', '-o', 'name')
  for (const cluster of clusters)
    await until(
      () => left(cluster),
      (found) => !found.includes('tengen') && !found.includes(world.slug),
    )
  await closeBus()
  await database.dispose()
}, 180_000)

const until = <T>(look: () => Promise<T>, holds: (found: T) => boolean, timeout = 60_000): Promise<T> =>
  vi.waitFor(
    async () => {
      const found = await look()
      if (!holds(found)) throw new Error(`It did not come: ${JSON.stringify(found, null, 1).slice(0, 3000)}`)
      return found
    },
    { timeout, interval: 100 },
  )
const kinds = 'deployments,statefulsets,replicasets,pods,services,configmaps,secrets,poddisruptionbudgets,persistentvolumeclaims'
/** Everything in the application's namespace that does not come and go by itself. */
const contents = (cluster: TestKubernetes) => kubectl(cluster, 'get', kinds, '-n', namespace, '-o', 'name')
const get = (cluster: TestKubernetes, what: string, where: string) =>
  kubectl(cluster, 'get', what, '-n', namespace, '-o', `jsonpath=${where}`)

const recordOf = (id: string) => database.db.deployRecord.findUniqueOrThrow({ where: { id }, include: { targets: true, tasks: true } })
/** Its last word, and all that its log says. */
async function ended(recordId: string) {
  const record = await until(
    () => recordOf(recordId),
    (found) => found.endedAt !== null,
    90_000,
  )
  const lines = await database.db.$queryRaw<
    { text: string }[]
  >`select text from journal.log_line where record_id = ${recordId} order by line`
  return { ...record, log: lines.map((line) => line.text).join('\n') }
}

interface Placed {
  readonly serviceId: string
  readonly stageId: string
  readonly recordId: string
}

async function create(
  name: string,
  { on = [0], count = 2, values = {} }: { on?: number[]; count?: number; values?: object } = {},
): Promise<Placed> {
  const [runtimeId = '', ...alsoIn] = on.map((at) => runtimeIds[at] ?? '')
  const made = await createService(await world.person('developer'), {
    ...{ organization: world.slug, application: 'shop', name, packageVersionId: versionId, runtimeId, alsoIn, count },
    values: { ...values },
  })
  const stage = await database.db.stage.findFirstOrThrow({ where: { serviceId: made.serviceId } })
  return { ...made, stageId: stage.id }
}
const change = async (service: Placed, input: Omit<RequestDeployInput, 'stageId'>): Promise<string> =>
  (await requestDeploy(await world.person('developer'), { stageId: service.stageId, ...input })).recordId

/** Asks the service all the time, from inside the cluster's network; says how often it got no answer. */
async function prober(cluster: TestKubernetes, name: string): Promise<{ stop(): Promise<{ asked: number; failed: number }> }> {
  const pods = `${name}-prober`
  // By its address: a static program looks up no names.
  const address = await get(cluster, `service/${name}`, '{.spec.clusterIP}')
  const loop = `while true; do wget -q -O /dev/null http://${address}:8080/index.html && echo ok || echo failed; usleep 20000; done`
  await kubectl(
    cluster,
    'run',
    pods,
    '-n',
    namespace,
    '--image=tengen.test/busybox:1',
    '--restart=Never',
    '--command',
    '--',
    'sh',
    '-c',
    loop,
  )
  await kubectl(cluster, 'wait', '-n', namespace, '--for=condition=Ready', `pod/${pods}`, '--timeout=30s')
  return {
    async stop() {
      const said = (await kubectl(cluster, 'logs', pods, '-n', namespace)).trim().split('\n')
      await kubectl(cluster, 'delete', 'pod', pods, '-n', namespace, '--now')
      return { asked: said.length, failed: said.filter((line) => line === 'failed').length }
    },
  }
}

let web: Placed

test('a service comes to run in a cluster: its record ends well when its pods answer, and says what happened', async () => {
  web = await create('web', { values: { greeting: 'first' } })
  const record = await ended(web.recordId)
  expect([record.state, record.code, record.message]).toEqual(['succeeded', null, null])
  expect(record.log).toContain('Deployment/web-stable applied.')
  expect(await get(first, 'deployment/web-stable', '{.status.availableReplicas}')).toBe('2')
  expect(await get(first, 'pods', '{.items[*].spec.automountServiceAccountToken}')).toBe('false false')
  const owner = await get(first, 'deployment/web-stable', '{.metadata.managedFields[*].manager}')
  expect(owner.split(' ')).toContain('tengen')
  const health = await until(
    async () => (await stageHealth([web.stageId])).get(web.stageId),
    (found) => found?.health === 'healthy',
  )
  expect(health).toMatchObject({ running: 2, wanted: 2 })
  const probe = await prober(first, 'web')
  expect((await probe.stop()).failed).toBe(0)
})

test('a change of values rolls through without a failed request, and what it leaves behind is removed', async () => {
  const probe = await prober(first, 'web')
  const record = await ended(await change(web, { kind: 'configure', values: { greeting: 'second' } }))
  expect([record.state, record.message]).toEqual(['succeeded', null])
  const { asked, failed } = await probe.stop()
  expect([asked > 5, failed]).toEqual([true, 0])
  expect((await get(first, 'configmaps', '{.items[*].metadata.name}')).split(' ').filter((name) => name.startsWith('web-'))).toHaveLength(1)
})

test('a bad image is stopped with its reason while older pods serve, and an earlier release comes back without a gap', async () => {
  const probe = await prober(first, 'web')
  const bad = await ended(await change(web, { kind: 'configure', values: { greeting: 'second', image: 'registry.invalid/none:1' } }))
  expect([bad.state, bad.code]).toEqual(['failed', 'image_pull'])
  expect(bad.message).toMatch(/^(ImagePullBackOff|ErrImagePull): /)
  expect(bad.log).toContain(bad.message as string)
  expect(await get(first, 'deployment/web-stable', '{.status.availableReplicas}')).toBe('2')
  expect((await stageHealth([web.stageId])).get(web.stageId)?.health).toBe('degraded')
  await expect(change(web, { kind: 'scale', counts: await countsOf(web, 3) })).rejects.toMatchObject({
    details: { reason: 'workload_held' },
  })
  const release = await database.db.release.findFirstOrThrow({ where: { stageId: web.stageId, number: 1 } })
  const back = await ended(await change(web, { kind: 'rollback', releaseId: release.id }))
  expect([back.state, back.message]).toEqual(['succeeded', null])
  expect((await probe.stop()).failed).toBe(0)
  expect(await get(first, 'configmaps', '{.items[?(@.immutable)].data}')).toContain('first')
})

const countsOf = async ({ stageId }: Placed, count: number): Promise<Record<string, number>> =>
  Object.fromEntries((await database.db.placement.findMany({ where: { stageId } })).map(({ id }) => [id, count]))

test('an observer that dies in the midst of a change is followed by another; it restarts, stops and starts again', async () => {
  const changed = change(web, { kind: 'scale', counts: await countsOf(web, 3) })
  await until(
    async () => get(first, 'deployment/web-stable', '{.spec.replicas}'),
    (found) => found === '3',
  )
  await observers.stop()
  observers = startObservers('another')
  expect((await ended(await changed)).state).toBe('succeeded')
  const restarted = await ended(await change(web, { kind: 'restart' }))
  expect(restarted.state).toBe('succeeded')
  for (const kind of ['stop', 'start'] as const) expect((await ended(await change(web, { kind }))).state).toBe('succeeded')
  expect(await get(first, 'deployment/web-stable', '{.status.availableReplicas}')).toBe('3')
})

test('a container that ends says so, with its last lines in the log', async () => {
  const entries = (await readArchive(archive)).map((entry) =>
    entry.kind === 'file' && entry.path === 'tengen.yaml' ? { ...entry, bytes: Buffer.from(broken(entry.bytes.toString('utf8'))) } : entry,
  )
  const ask = { organizationId: world.id, origin: 'test' }
  const { versionId: packageVersionId } = await publishPackage(await world.person('developer'), ask, await packEntries(entries))
  const record = await ended(await change(web, { kind: 'upgrade', packageVersionId, onFailure: 'roll_back' }))
  expect([record.state, record.code]).toEqual(['failed', 'crash_loop'])
  expect(record.message).toMatch(/^CrashLoopBackOff: .* exit code 3\.$/)
  expect(record.log).toContain('no such thing')
  const back = await until(
    () => database.db.deployRecord.findFirst({ where: { rollbackOfId: record.id } }),
    (found) => Boolean(found?.endedAt),
  )
  expect([back?.state, back?.message]).toEqual(['succeeded', null])
})

/** The same package, whose container ends at once. */
const broken = (manifest: string): string =>
  manifest.replace('version: 1.0.0', 'version: 1.0.1').replace(/command: .*/, 'command: [sh, -c, "echo no such thing; exit 3"]')

test('a rollout that is cancelled stays where it is, and is taken back by a rollback', async () => {
  const recordId = await change(web, { kind: 'configure', values: { greeting: 'third', image: 'registry.invalid/none:2' } })
  await until(
    async () => get(first, 'deployment/web-stable', '{.spec.template.spec.containers[0].image}'),
    (found) => found.endsWith('none:2'),
  )
  await cancelDeploy(await world.person('admin'), { recordId })
  expect((await ended(recordId)).state).toBe('cancelled')
  expect(await get(first, 'deployment/web-stable', '{.spec.paused}')).toBe('true')
  const release = await database.db.release.findFirstOrThrow({ where: { stageId: web.stageId, number: 1 } })
  expect((await ended(await change(web, { kind: 'rollback', releaseId: release.id }))).state).toBe('succeeded')
})

test('what somebody else keeps is named with its owner, and taken over only where a person says so', async () => {
  await kubectl(first, 'patch', 'deployment/web-stable', '-n', namespace, '--field-manager=somebody', '-p', '{"spec":{"replicas":1}}')
  const record = await ended(await change(web, { kind: 'scale', counts: await countsOf(web, 2) }))
  expect([record.state, record.code]).toEqual(['failed', 'field_conflict'])
  expect(record.message).toBe('Deployment/web-stable: .spec.replicas is kept by somebody.')
  const drift = await driftOf('web')
  expect(drift.clusters[0]?.objects).toEqual([
    {
      ...{ object: 'Deployment/web-stable', isMissing: false, refused: null },
      changes: [{ path: '.spec.replicas', now: '1', wanted: '3' }],
      owners: [{ field: '.spec.replicas', owner: 'somebody' }],
    },
  ])
  await kubectl(first, 'delete', 'service/web', '-n', namespace)
  expect((await driftOf('web')).clusters[0]?.objects.map((one) => [one.object, one.isMissing])).toEqual([
    ['Service/web', true],
    ['Deployment/web-stable', false],
  ])
  const back = await ended(await change(web, { kind: 'configure', takeOver: true }))
  expect([back.state, back.message]).toEqual(['succeeded', null])
  expect((await driftOf('web')).clusters[0]?.objects).toEqual([])
  expect(await get(first, 'deployment/web-stable', '{.spec.replicas}')).toBe('3')
})

const driftOf = async (name: string) => findDrift(await world.person('viewer'), { organization: world.slug, application: 'shop', name })

test('the page shows pods as the cluster does, and the end of what one prints', async () => {
  const ask = { organization: world.slug, application: 'shop', name: 'web' }
  const view = await until(
    async () => (await getService(await world.person('viewer'), ask)).placements[0]?.workload,
    (found) => found?.pods.filter((pod) => pod.state === 'ready').length === 3,
  )
  const shown = view?.pods.filter((pod) => pod.state === 'ready') ?? []
  const real = (await get(first, 'pods', '{range .items[*]}{.metadata.name} {.status.podIP} {.spec.nodeName}{"\\n"}{end}'))
    .trim()
    .split('\n')
  expect(shown.map((pod) => `${pod.name} ${pod.address} ${pod.node}`)).toEqual(real.sort())
  expect(view?.pods.some((pod) => pod.state === 'gone')).toBe(true)
  const log = await readPodLog(await world.person('viewer'), { ...ask, pod: shown[0]?.name ?? '', previous: 'false', tail: 10 })
  expect(log).toMatchObject({ pod: shown[0]?.name, container: 'main', previous: false })
  const stranger = readPodLog(await world.person('stranger'), { ...ask, pod: shown[0]?.name ?? '', previous: 'false', tail: 10 })
  await expect(stranger).rejects.toMatchObject({ code: 'not_found' })
})

test.skipIf(!second)('a cluster that is cut off is put off, and has what was approved when it is back', async () => {
  const both = await create('both', { on: [0, 1], count: 1 })
  expect((await ended(both.recordId)).state).toBe('succeeded')
  await cutOff(second as TestKubernetes)
  try {
    await until(
      () => database.db.cluster.count({ where: { state: 'offline' } }),
      (count) => count === 1,
    )
    const record = await ended(await change(both, { kind: 'configure', values: { greeting: 'later' } }))
    expect([record.state, record.deferred, record.targets.map((target) => target.outcome).sort()]).toEqual([
      'succeeded',
      1,
      ['deferred', 'succeeded'],
    ])
    expect((await stageHealth([both.stageId])).get(both.stageId)?.health).toBe('unknown')
  } finally {
    await rejoin(second as TestKubernetes)
  }
  const repair = await until(
    () => database.db.deployRecord.findFirst({ where: { stageId: both.stageId, kind: 'repair' } }),
    (found) => found?.endedAt !== null && found !== null,
  )
  expect([repair?.state, repair?.message]).toEqual(['succeeded', null])
  expect(await get(second as TestKubernetes, 'configmaps', '{.items[?(@.immutable)].data}')).toContain('later')
  const stage = await database.db.stage.findUniqueOrThrow({ where: { id: both.stageId } })
  expect(stage.releaseId).toBe((await database.db.release.findFirstOrThrow({ where: { stageId: both.stageId, number: 2 } })).id)
  expect((await ended(await change(both, { kind: 'remove' }))).state).toBe('succeeded')
})

test('a command in a pod says what it printed and how it ended; a terminal is recorded, and a stranger has none', async () => {
  const person = await world.person('developer')
  const pod = await until(() => database.db.workloadPod.findFirst({ where: { goneAt: null, isReady: true } }), Boolean)
  const ask = { organization: world.slug, application: 'shop', name: 'web', unitId: pod?.uid ?? '', cols: 80, rows: 24 }
  const endOf = async (id: string) => {
    const terminal = await until(
      () => database.db.terminal.findUniqueOrThrow({ where: { id }, include: { frames: true } }),
      (found) => found.endedAt !== null,
    )
    return {
      ...terminal,
      text: Buffer.concat(terminal.frames.sort((a, b) => a.seq - b.seq).map((frame) => Buffer.from(frame.bytes))).toString(),
    }
  }
  const command = await endOf((await openTerminal(person, { ...ask, argv: ['sh', '-c', 'echo from $HOSTNAME; exit 4'] })).terminalId)
  expect([command.endReason, command.exitCode, command.text.trim()]).toEqual(['exited', 4, `from ${pod?.name}`])
  const { terminalId } = await openTerminal(person, ask)
  const row = await database.db.terminal.findUniqueOrThrow({ where: { id: terminalId } })
  await beginTerminal(row)
  await orderTerminal(row, { kind: 'type', data: Buffer.from('stty size; exit 7\n').toString('base64') })
  const shell = await endOf(terminalId)
  expect([shell.endReason, shell.exitCode]).toEqual(['exited', 7])
  expect(shell.text).toContain('24 80')
  await expect(openTerminal(await world.person('stranger'), ask)).rejects.toMatchObject({ code: 'not_found' })
  await expect(openTerminal(await world.person('viewer'), ask)).rejects.toMatchObject({ code: 'forbidden' })
})

test('a removal leaves the namespace as it was before', async () => {
  expect((await ended(await change(web, { kind: 'remove' }))).state).toBe('succeeded')
  expect(await contents(first)).toBe(before)
  expect(await database.db.service.count({ where: { removedAt: null } })).toBe(0)
})
