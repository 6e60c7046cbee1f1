import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishPackage } from '@/lib/catalog/publish-package'
import { cancelDeploy } from '@/lib/deploys/cancel-deploy'
import { packEntries, packFolder } from '@/lib/package-format/pack-folder'
import { readArchive } from '@/lib/package-format/read-archive'
import { getService } from '@/lib/services/get-service'
import { stageHealth } from '@/lib/services/stage-health'
import { beginTerminal } from '@/lib/terminals/begin-terminal'
import { openTerminal } from '@/lib/terminals/open-terminal'
import { orderTerminal } from '@/lib/terminals/order-terminal'
import { ClusterWorld, type Placed } from '@/lib/testing/cluster-world'
import { cutOff, kubectl, rejoin, type TestKubernetes } from '@/lib/testing/kubernetes'
import { runClusters } from '@/lib/testing/run-clusters'
import { until } from '@/lib/testing/until'
import { deletePod } from './delete-pod'
import { findDrift } from './find-drift'
import { followPodLogs } from './follow-pod-logs'
import { getPodUsage } from './get-pod-usage'
import { listEndpoints } from './list-endpoints'
import { listPods } from './list-pods'
import { readObject } from './read-object'
import { readPodLog } from './read-pod-log'

const clusters = runClusters()
const [first, second] = clusters
let world: ClusterWorld
let before: string
let versionId: string
let archive: Buffer

beforeAll(async () => {
  world = await ClusterWorld.open(clusters)
  before = await world.contents(first)
  archive = await packFolder(path.join(import.meta.dirname, '../../packages/hello-pods/1.0.0'))
  versionId = await publish(archive)
}, 90_000)
afterAll(() => world.close(), 180_000)

const publish = async (packed: Buffer): Promise<string> =>
  (await publishPackage(await world.person('developer'), { organizationId: world.organization.id, origin: 'test' }, packed)).versionId
/** The first release again, in all of its places or in some. */
const backToFirst = async (service: Placed, placementIds?: string[]) => {
  const { id } = await world.database.db.release.findFirstOrThrow({ where: { stageId: service.stageId, number: 1 } })
  return world.ended(await world.change(service, { kind: 'rollback', releaseId: id, ...(placementIds ? { placementIds } : {}) }))
}
const untilHealthy = ({ stageId }: Placed) =>
  until(
    async () => (await stageHealth([stageId])).get(stageId),
    (found) => found?.health === 'healthy',
  )
let web: Placed
let both: Placed

test('a service comes to run in a cluster: its record ends well when its pods answer, and says what happened', async () => {
  web = await world.create('web', { versionId, values: { greeting: 'first' } })
  const record = await world.ended(web.recordId)
  expect([record.state, record.code, record.message]).toEqual(['succeeded', null, null])
  expect(record.log).toContain('Deployment/web-stable applied.')
  expect(await world.get(first, 'deployment/web-stable', '{.status.availableReplicas}')).toBe('2')
  expect(await world.get(first, 'pods', '{.items[*].spec.automountServiceAccountToken}')).toBe('false false')
  expect(await world.get(first, 'deployment/web-stable', '{.metadata.managedFields[*].manager}')).toMatch(/\btengen\b/)
  expect(await untilHealthy(web)).toMatchObject({ running: 2, wanted: 2 })
  const probe = await world.prober(first, 'web')
  expect((await probe.stop()).failed).toBe(0)
})

test('a change of values rolls through without a failed request, and what it leaves behind is removed', async () => {
  const probe = await world.prober(first, 'web')
  const record = await world.ended(await world.change(web, { kind: 'configure', values: { greeting: 'second' } }))
  expect([record.state, record.message]).toEqual(['succeeded', null])
  const { asked, failed } = await probe.stop()
  expect([asked > 5, failed]).toEqual([true, 0])
  expect(
    (await world.get(first, 'configmaps', '{.items[*].metadata.name}')).split(' ').filter((name) => name.startsWith('web-')),
  ).toHaveLength(1)
})

test('a bad image is stopped with its reason while older pods serve, and an earlier release comes back without a gap', async () => {
  const probe = await world.prober(first, 'web')
  const values = { greeting: 'second', image: 'registry.invalid/none:1' }
  const bad = await world.ended(await world.change(web, { kind: 'configure', values }))
  expect([bad.state, bad.code]).toEqual(['failed', 'image_pull'])
  expect(bad.message).toMatch(/^(ImagePullBackOff|ErrImagePull): /)
  expect(bad.log).toContain(bad.message as string)
  expect(await world.get(first, 'deployment/web-stable', '{.status.availableReplicas}')).toBe('2')
  expect((await stageHealth([web.stageId])).get(web.stageId)?.health).toBe('degraded')
  await expect(world.change(web, { kind: 'scale', counts: await world.countsOf(web, 3) })).rejects.toMatchObject({
    details: { reason: 'workload_held' },
  })
  const back = await backToFirst(web)
  expect([back.state, back.message]).toEqual(['succeeded', null])
  expect((await probe.stop()).failed).toBe(0)
  expect(await world.get(first, 'configmaps', '{.items[?(@.immutable)].data}')).toContain('first')
})

test('an observer that dies in the midst of a change is followed by another; it restarts, stops and starts again', async () => {
  const changed = world.change(web, { kind: 'scale', counts: await world.countsOf(web, 3) })
  await until(
    async () => world.get(first, 'deployment/web-stable', '{.spec.replicas}'),
    (found) => found === '3',
  )
  await world.anotherObserver()
  expect((await world.ended(await changed)).state).toBe('succeeded')
  for (const kind of ['restart', 'stop', 'start'] as const)
    expect((await world.ended(await world.change(web, { kind }))).state).toBe('succeeded')
  expect(await world.get(first, 'deployment/web-stable', '{.status.availableReplicas}')).toBe('3')
})

test('a container that ends says so, with its last lines in the log', async () => {
  const entries = (await readArchive(archive)).map((entry) =>
    entry.kind === 'file' && entry.path === 'tengen.yaml' ? { ...entry, bytes: Buffer.from(broken(entry.bytes.toString('utf8'))) } : entry,
  )
  const packageVersionId = await publish(await packEntries(entries))
  const record = await world.ended(await world.change(web, { kind: 'upgrade', packageVersionId, onFailure: 'roll_back' }))
  expect([record.state, record.code]).toEqual(['failed', 'crash_loop'])
  expect(record.message).toMatch(/^CrashLoopBackOff: .* exit code 3\.$/)
  expect(record.log).toContain('no such thing')
  const back = await until(
    () => world.database.db.deployRecord.findFirst({ where: { rollbackOfId: record.id } }),
    (found) => Boolean(found?.endedAt),
  )
  expect([back?.state, back?.message]).toEqual(['succeeded', null])
})

/** The same package, whose container ends at once. */
const broken = (manifest: string): string =>
  manifest.replace('version: 1.0.0', 'version: 1.0.1').replace(/command: .*/, 'command: [sh, -c, "echo no such thing; exit 3"]')

test('a rollout that is cancelled stays where it is, and is taken back by a rollback', async () => {
  const recordId = await world.change(web, { kind: 'configure', values: { greeting: 'third', image: 'registry.invalid/none:2' } })
  await until(
    async () => world.get(first, 'deployment/web-stable', '{.spec.template.spec.containers[0].image}'),
    (found) => found.endsWith('none:2'),
  )
  await cancelDeploy(await world.person('admin'), { recordId })
  expect((await world.ended(recordId)).state).toBe('cancelled')
  expect(await world.get(first, 'deployment/web-stable', '{.spec.paused}')).toBe('true')
  expect((await backToFirst(web)).state).toBe('succeeded')
})

test('what somebody else keeps is named with its owner, and taken over only where a person says so', async () => {
  await kubectl(first, 'patch', 'deployment/web-stable', '-n', world.namespace, '--field-manager=somebody', '-p', '{"spec":{"replicas":1}}')
  const record = await world.ended(await world.change(web, { kind: 'scale', counts: await world.countsOf(web, 2) }))
  expect([record.state, record.code]).toEqual(['failed', 'field_conflict'])
  expect(record.message).toBe('Deployment/web-stable: .spec.replicas is kept by somebody.')
  expect((await webDrift()).clusters[0]?.objects).toEqual([
    {
      ...{ object: 'Deployment/web-stable', isMissing: false, isForeign: false, refused: null },
      changes: [{ path: '.spec.replicas', now: '1', wanted: '3' }],
      owners: [{ field: '.spec.replicas', owner: 'somebody' }],
    },
  ])
  await kubectl(first, 'delete', 'service/web', '-n', world.namespace)
  expect((await webDrift()).clusters[0]?.objects.map((one) => [one.object, one.isMissing])).toEqual([
    ['Service/web', true],
    ['Deployment/web-stable', false],
  ])
  const back = await world.ended(await world.change(web, { kind: 'configure', takeOver: true }))
  expect([back.state, back.message]).toEqual(['succeeded', null])
  expect((await webDrift()).clusters[0]?.objects).toEqual([])
  expect(await world.get(first, 'deployment/web-stable', '{.spec.replicas}')).toBe('3')
})

const at = () => ({ organization: world.organization.slug, application: 'shop', name: 'web' })
const webDrift = async () => findDrift(await world.person('viewer'), at())

test('the page shows pods as the cluster does, and the end of what one prints', async () => {
  const view = await until(
    async () => (await getService(await world.person('viewer'), at())).placements[0]?.workload,
    (found) => found?.pods.filter((pod) => pod.state === 'ready').length === 3,
  )
  const shown = view?.pods.filter((pod) => pod.state === 'ready') ?? []
  const real = (await world.get(first, 'pods', '{range .items[*]}{.metadata.name} {.status.podIP} {.spec.nodeName}{"\\n"}{end}'))
    .trim()
    .split('\n')
  expect(shown.map((pod) => `${pod.name} ${pod.address} ${pod.node}`)).toEqual(real.sort())
  expect(view?.pods.some((pod) => pod.state === 'gone')).toBe(true)
  const log = await readPodLog(await world.person('viewer'), { ...at(), pod: shown[0]?.name ?? '', previous: 'false', tail: 10 })
  expect(log).toMatchObject({ pod: shown[0]?.name, container: 'main', previous: false })
  const stranger = readPodLog(await world.person('stranger'), { ...at(), pod: shown[0]?.name ?? '', previous: 'false', tail: 10 })
  await expect(stranger).rejects.toMatchObject({ code: 'not_found' })
})

test('pods are followed together, looked at and ended one by one; what one printed last is kept when it is gone', async () => {
  const viewer = await world.person('viewer')
  const pods = await world.database.db.workloadPod.findMany({ where: { goneAt: null, isReady: true }, orderBy: { name: 'asc' } })
  const [pod] = pods
  const name = pod?.name ?? ''
  const leave = new AbortController()
  const ask = { ...at(), previous: 'false', tail: 10 } as const
  const lines = await followPodLogs(viewer, ask, { isFollowed: true, signal: leave.signal })
  // Its first process is PID 1: what is written there is what the pod prints.
  for (const one of pods)
    await kubectl(first, 'exec', '-n', world.namespace, one.name, '--', 'sh', '-c', 'echo hello from $HOSTNAME > /proc/1/fd/1')
  const heard = new Set<string>()
  for await (const line of lines) {
    if (line?.text === `hello from ${line?.pod}`) heard.add(line.pod)
    if (heard.size === pods.length) break
  }
  leave.abort()
  expect([...heard].sort()).toEqual(pods.map((one) => one.name))
  expect((await listPods(viewer, { organization: at().organization, address: pod?.address ?? '', gone: 'false' })).items).toMatchObject([
    { name, service: 'web', subset: 'stable', cluster: 'c0', state: 'ready' },
  ])
  const [there] = (await listEndpoints(viewer, at())).clusters
  expect(there?.services).toMatchObject([{ name: 'web', kind: 'ClusterIP', ports: [{ name: 'http', port: 8080 }] }])
  expect(there?.services[0]?.endpoints.map((one) => one.pod).sort()).toEqual(pods.map((one) => one.name))
  expect((await getPodUsage(viewer, at())).clusters).toEqual([{ cluster: 'c0', trouble: null, pods: null }])
  const { yaml } = await readObject(viewer, { ...at(), object: 'Deployment/web-stable' })
  expect(yaml).toContain('kind: Deployment')
  expect(yaml).not.toContain('managedFields')
  await expect(readObject(viewer, { ...at(), object: 'ServiceAccount/tengen-application' })).rejects.toMatchObject({ code: 'not_found' })
  await expect(deletePod(viewer, { ...at(), pod: name })).rejects.toMatchObject({ code: 'forbidden' })
  await deletePod(await world.person('developer'), { ...at(), pod: name })
  const gone = await until(
    () => world.database.db.workloadPod.findFirstOrThrow({ where: { name } }),
    (found) => found.goneAt !== null && found.lastLines !== null,
  )
  expect(gone.lastLines).toContain(`hello from ${name}`)
  const kept = await readPodLog(viewer, { ...at(), pod: name, previous: 'false', tail: 10 })
  expect(kept).toMatchObject({ isKept: true, lines: expect.arrayContaining([expect.objectContaining({ text: `hello from ${name}` })]) })
  await untilHealthy(web)
})

test.skipIf(!second)('a cluster that is cut off is put off, and has what was approved when it is back', async () => {
  both = await world.create('both', { versionId, on: [0, 1], count: 1 })
  expect((await world.ended(both.recordId)).state).toBe('succeeded')
  await cutOff(second as TestKubernetes)
  try {
    await until(
      () => world.database.db.cluster.count({ where: { state: 'offline' } }),
      (count) => count === 1,
    )
    const record = await world.ended(await world.change(both, { kind: 'configure', values: { greeting: 'later' } }))
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
    () => world.database.db.deployRecord.findFirst({ where: { stageId: both.stageId, kind: 'repair' } }),
    (found) => found?.endedAt !== null && found !== null,
  )
  expect([repair?.state, repair?.message]).toEqual(['succeeded', null])
  expect(await world.get(second as TestKubernetes, 'configmaps', '{.items[?(@.immutable)].data}')).toContain('later')
  const stage = await world.database.db.stage.findUniqueOrThrow({ where: { id: both.stageId } })
  expect(stage.releaseId).toBe((await world.database.db.release.findFirstOrThrow({ where: { stageId: both.stageId, number: 2 } })).id)
})

test.skipIf(!second)('one cluster alone goes back to an earlier release, and in the other the same pods go on', async () => {
  const mine = ['-n', world.namespace, '-l', `tengen.io/service=${both.serviceId}`]
  const parts = 'jsonpath={.items[*].metadata.uid} {.items[?(@.immutable)].data}'
  const shown = (at: TestKubernetes) => kubectl(at, 'get', 'pods,configmaps', ...mine, '-o', parts)
  const there = await shown(second as TestKubernetes)
  const placed = await world.database.db.placement.findMany({ where: { stageId: both.stageId }, orderBy: { runtime: { name: 'asc' } } })
  const ids = placed.slice(0, 1).map(({ id }) => id)
  const back = await backToFirst(both, ids)
  expect([back.state, back.message, back.targets.map((target) => target.placementId)]).toEqual(['succeeded', null, ids])
  expect([await shown(first), there].map((text) => text.includes('later'))).toEqual([false, true])
  expect(await shown(second as TestKubernetes)).toBe(there)
  expect((await world.ended(await world.change(both, { kind: 'remove' }))).state).toBe('succeeded')
})

test('a command in a pod says what it printed and how it ended; a terminal is recorded, and a stranger has none', async () => {
  const person = await world.person('developer')
  const pod = await until(() => world.database.db.workloadPod.findFirst({ where: { goneAt: null, isReady: true } }), Boolean)
  const ask = { ...at(), unitId: pod?.uid ?? '', cols: 80, rows: 24 }
  const endOf = async (id: string) => {
    const terminal = await until(
      () => world.database.db.terminal.findUniqueOrThrow({ where: { id }, include: { frames: true } }),
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
  const row = await world.database.db.terminal.findUniqueOrThrow({ where: { id: terminalId } })
  await beginTerminal(row)
  await orderTerminal(row, { kind: 'type', data: Buffer.from('stty size; exit 7\n').toString('base64') })
  const shell = await endOf(terminalId)
  expect([shell.endReason, shell.exitCode]).toEqual(['exited', 7])
  expect(shell.text).toContain('24 80')
  await expect(openTerminal(await world.person('stranger'), ask)).rejects.toMatchObject({ code: 'not_found' })
  await expect(openTerminal(await world.person('viewer'), ask)).rejects.toMatchObject({ code: 'forbidden' })
})

test('a removal leaves the namespace as it was before', async () => {
  expect((await world.ended(await world.change(web, { kind: 'remove' }))).state).toBe('succeeded')
  expect(await world.contents(first)).toBe(before)
  expect(await world.database.db.service.count({ where: { removedAt: null } })).toBe(0)
})
