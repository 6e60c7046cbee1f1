import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishPackage } from '@/lib/catalog/publish-package'
import { previewDeploy } from '@/lib/deploys/preview-deploy'
import { stageHealth } from '@/lib/services/stage-health'
import { chartArchive, siteChart } from '@/lib/testing/chart-archive'
import { ClusterWorld, type Placed } from '@/lib/testing/cluster-world'
import { kubectl } from '@/lib/testing/kubernetes'
import { runClusters } from '@/lib/testing/run-clusters'
import { until } from '@/lib/testing/until'
import { findDrift } from './find-drift'

const clusters = runClusters()
const [first] = clusters
let world: ClusterWorld
let before: string
let site: Placed

const publish = async (files: Record<string, string>): Promise<string> => {
  const ask = { organizationId: world.organization.id, origin: 'test' }
  return (await publishPackage(await world.person('developer'), ask, await chartArchive(files))).versionId
}
const page = async (): Promise<string> => {
  const address = await world.get(first, 'service/site-stable-site', '{.spec.clusterIP}')
  const ask = ['wget', '-q', '-O', '-', `http://${address}:8080/index.html`]
  return kubectl(first, 'exec', '-n', world.namespace, 'deployment/site-stable-site', '--', ...ask)
}

beforeAll(async () => {
  world = await ClusterWorld.open(clusters)
  before = await world.contents(first)
}, 90_000)
afterAll(() => world.close(), 180_000)

test('a chart as it was packed is installed: what was approved is applied, and all that it makes is followed', async () => {
  const secrets = { password: 'swordfish' }
  site = await world.create('site', { versionId: await publish(siteChart('1.0.0')), count: 1, values: { greeting: 'first' }, secrets })
  const record = await world.ended(site.recordId)
  expect([record.state, record.code, record.message]).toEqual(['succeeded', null, null])
  expect(await page()).toBe('first')
  expect(await world.get(first, 'deployment/site-stable-site', '{.status.availableReplicas}')).toBe('2')
  expect(await world.get(first, 'job/site-stable-site-prepare', '{.status.succeeded}')).toBe('1')
  expect(await world.get(first, 'daemonset/site-stable-site-each', '{.status.numberAvailable}')).toBe('1')
  expect(Buffer.from(await world.get(first, 'secret/site-stable-site', '{.data.password}'), 'base64').toString()).toBe('swordfish')
  expect(await kubectl(first, 'get', 'pods', '-n', world.namespace, '-o', 'name')).not.toContain('test')
  const health = await until(
    async () => (await stageHealth([site.stageId])).get(site.stageId),
    (found) => found?.health === 'healthy',
  )
  expect(health).toMatchObject({ running: 3, wanted: 3 })
})

test('another version and other values are rendered before anybody approves, and what they leave out goes', async () => {
  const versionId = await publish({
    ...siteChart('1.1.0'),
    'values.yaml': siteChart()['values.yaml']?.replace('replicaCount: 2', 'replicaCount: 3') ?? '',
  })
  const change = { kind: 'upgrade', packageVersionId: versionId, values: { greeting: 'second', prepare: false } } as const
  const preview = await previewDeploy(await world.person('developer'), { stageId: site.stageId, ...change })
  const paths = preview.diff.flatMap((group) => group.files.map((file) => file.path))
  expect(paths).toEqual(expect.arrayContaining(['package', 'ConfigMap/site-stable-site', 'Job/site-stable-site-prepare']))
  const record = await world.ended(await world.change(site, { ...change, expectedHash: preview.expectedHash }))
  expect([record.state, record.message]).toEqual(['succeeded', null])
  expect(record.log).toContain('Job/site-stable-site-prepare removed.')
  expect(await page()).toBe('second')
  // Nobody ever said how many: it is as the chart of now says.
  expect(await world.get(first, 'deployment/site-stable-site', '{.status.availableReplicas}')).toBe('3')
  const person = await world.person('viewer')
  const drift = await findDrift(person, { organization: world.organization.slug, application: 'shop', name: 'site' })
  expect(drift.clusters[0]?.objects).toEqual([])
})

test('an earlier release comes back as it was approved; it stops and starts whole', async () => {
  const release = await world.database.db.release.findFirstOrThrow({ where: { stageId: site.stageId, number: 1 } })
  const back = await world.ended(await world.change(site, { kind: 'rollback', releaseId: release.id }))
  expect([back.state, back.message]).toEqual(['succeeded', null])
  expect(await page()).toBe('first')
  expect((await world.ended(await world.change(site, { kind: 'stop' }))).state).toBe('succeeded')
  expect(await kubectl(first, 'get', 'pods,daemonsets', '-n', world.namespace, '-o', 'name')).toBe('')
  expect((await world.ended(await world.change(site, { kind: 'start' }))).state).toBe('succeeded')
  expect(await page()).toBe('first')
})

test('a job that fails ends the rollout with its reason and its last lines', async () => {
  const files = siteChart('1.2.0')
  const broken = {
    ...files,
    'templates/late.yaml':
      files['templates/job.yaml']?.replace('-prepare', '-late').replace('echo prepared', 'echo no such table; exit 4') ?? '',
  }
  const record = await world.ended(await world.change(site, { kind: 'upgrade', packageVersionId: await publish(broken) }))
  expect([record.state, record.code]).toEqual(['failed', 'job_failed'])
  expect(record.message).toContain('Job/site-stable-site-late failed')
  expect(record.log).toContain('no such table')
})

test('what cannot be approved is no record: another text each time, values that the schema forbids, a number beside the values', async () => {
  const random = {
    ...siteChart('2.0.0'),
    'templates/random.yaml': siteChart()['templates/config.yaml']?.replace('{{ .Values.greeting | quote }}', '{{ randAlphaNum 9 }}') ?? '',
  }
  const packageVersionId = await publish(random)
  await expect(world.change(site, { kind: 'upgrade', packageVersionId })).rejects.toMatchObject({
    code: 'plan_refused',
    message: expect.stringContaining('site/templates/random.yaml renders differently each time'),
  })
  await expect(world.change(site, { kind: 'configure', values: { image: { typo: 'x' } } })).rejects.toMatchObject({
    code: 'plan_refused',
    message: expect.stringContaining('typo'),
  })
  await expect(world.change(site, { kind: 'configure', values: { replicaCount: 'many' } })).rejects.toMatchObject({ code: 'invalid' })
  await expect(world.change(site, { kind: 'scale', counts: await world.countsOf(site, 2) })).rejects.toMatchObject({
    details: { reason: 'chart_decides' },
  })
})

test('a removal leaves the namespace as it was before', async () => {
  expect((await world.ended(await world.change(site, { kind: 'remove' }))).state).toBe('succeeded')
  await until(
    () => world.contents(first),
    (found) => found === before,
  )
})
