import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishPackage } from '@/lib/catalog/publish-package'
import { AppError } from '@/lib/errors'
import { setClusterPowers } from '@/lib/organizations/set-cluster-powers'
import { packEntries } from '@/lib/package-format/pack-folder'
import type { ClusterPower } from '@/lib/protocol/cluster-powers'
import { chartArchive, siteChart } from '@/lib/testing/chart-archive'
import { ClusterWorld } from '@/lib/testing/cluster-world'
import { kubectl } from '@/lib/testing/kubernetes'
import { runClusters } from '@/lib/testing/run-clusters'
import { until } from '@/lib/testing/until'

const [first] = runClusters()
let world: ClusterWorld
let before: string

beforeAll(async () => {
  world = await ClusterWorld.open([first])
  before = await world.contents(first)
}, 120_000)
afterAll(() => world.close(), 180_000)

const container = `containers: [{ name: main, image: "tengen.test/busybox:1", command: [sleep, "3600"] }]`
/** A Deployment as every package of own manifests has one; its pods are as `pod` says. */
const deployment = (pod = container, settle = '0') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: "{{ name }}" }
spec:
  minReadySeconds: ${settle}
  template: { spec: { terminationGracePeriodSeconds: 0, ${pod} } }
`
const config = `config: { type: object, properties: { note: { type: string, default: fine } } }`
let number = 0

/** Publishes a package whose manifests are this text. */
async function publish(manifests: string): Promise<string> {
  const name = `bad-${++number}`
  const manifest = `tengen: 1\nname: ${name}\nversion: 1.0.0\ntitle: Bad\nruntimes: [kubernetes]\n${config}\ncomponents: [{ name: main, manifests: [all.yaml] }]\n`
  const file = (path: string, text: string) => ({ kind: 'file' as const, path, executable: false, bytes: Buffer.from(text) })
  const archive = await packEntries([file('all.yaml', manifests), file('tengen.yaml', manifest)])
  return (await publishPackage(await world.person('developer'), { organizationId: world.organization.id, origin: 'test' }, archive))
    .versionId
}
const findingsOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw error ?? new Error('It was taken.')
  return (error.details.issues ?? []) as { file: string; line: number | null; rule: string; message: string }[]
}
const named = (kind: string, apiVersion: string, rest = '') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: "{{ service.name }}-x" }\n${rest}`

test.each([
  ['text that is no YAML', `${deployment()}---\nkind: [open\n`, 'yaml', null],
  ['a kind that nobody knows', `${deployment()}---\n${named('Thing', 'example.org/v1')}`, 'kind_forbidden', 9],
  ['a right in the whole cluster', `${deployment()}---\n${named('ClusterRole', 'rbac.authorization.k8s.io/v1')}`, 'kind_forbidden', 9],
  ['another namespace', deployment().replace('}}" }', '}}", namespace: kube-system }'), 'namespace_given', 3],
  ['a folder of the node', deployment(`${container}, volumes: [{ name: root, hostPath: { path: / } }]`), 'pod_forbidden', 6],
  [
    'all rights on the node',
    deployment(container.replace('name: main', 'name: main, securityContext: { privileged: true }')),
    'pod_forbidden',
    6,
  ],
  ['five mebibytes', `${deployment()}---\n${named('ConfigMap', 'v1', `data: { text: ${'x'.repeat(5 << 20)} }\n`)}`, 'too_much', null],
] as const)('%s is refused where it is published, with the rule and the line', async (_, text, rule, line) => {
  const findings = await findingsOf(publish(text))
  expect(findings[0]).toMatchObject({ file: 'all.yaml', rule })
  if (line !== null) expect(findings[0]?.line).toBe(line)
  expect(await world.database.db.packageVersion.count({ where: { package: { name: `bad-${number}` } } })).toBe(0)
})

test('what an operator lets an organisation have is published and runs, and what is taken back is refused by the next plan and by the cluster', async () => {
  const looking = deployment(
    `containers: [{ name: main, image: "tengen.test/busybox:1", command: [sleep, "3600"], volumeMounts: [{ name: node, mountPath: /node, readOnly: true }] }], volumes: [{ name: node, hostPath: { path: /tmp } }]`,
  )
  const let_ = async (powers: ClusterPower[], seen: ClusterPower[]) =>
    setClusterPowers(await world.person('operator'), { organization: world.organization.slug, powers, seen })
  const security = () =>
    kubectl(first, 'get', 'namespace', world.namespace, '-o', 'jsonpath={.metadata.labels.pod-security\\.kubernetes\\.io/enforce}')
  await let_(['host_folders'], [])
  const versionId = await publish(looking)
  await until(security, (level) => level === 'privileged')
  const service = await world.create('looking', { versionId, count: 1 })
  expect((await world.ended(service.recordId)).state).toBe('succeeded')
  await let_([], ['host_folders'])
  await until(security, (level) => level === 'baseline')
  await expect(world.create('late', { versionId, count: 1 })).rejects.toThrow('folders of its node')
  await kubectl(first, 'delete', 'pods', '-n', world.namespace, '--all', '--wait=false')
  const refused = () =>
    kubectl(first, 'get', 'events', '-n', world.namespace, '--field-selector', 'reason=FailedCreate', '-o', 'jsonpath={.items[*].message}')
  await until(refused, (said) => said.includes('hostPath'))
  await world.ended(await world.change(service, { kind: 'remove', keepData: false }))
})

test('a value that makes a manifest something else is refused before anybody approves, and there is no record of it', async () => {
  const text = `${deployment()}---\n${named('ConfigMap', 'v1', 'data: { note: {{ config.note }} }\n')}`
  const versionId = await publish(text)
  const records = () => world.database.db.deployRecord.count()
  const count = await records()
  const sly = world.create('sly', {
    versionId,
    count: 1,
    values: { note: 'x }\n---\napiVersion: v1\nkind: Node\nmetadata: { name: x }\nspec: { a: b' },
  })
  await expect(sly).rejects.toThrow('Node of v1 is none of what services may be made of')
  expect(await records()).toBe(count)
})

test('a chart that comes to more than is taken is refused with that reason', async () => {
  const large = { ...siteChart('9.0.0'), 'templates/large.yaml': '{{- range until 600 }}\n# {{ repeat 10000 "x" }}\n{{- end }}\n' }
  const ask = { organizationId: world.organization.id, origin: 'test' }
  const { versionId } = await publishPackage(await world.person('developer'), ask, await chartArchive(large))
  await expect(world.create('large', { versionId, count: 1, values: { greeting: 'x' } })).rejects.toThrow(/MiB|too much|larger/i)
})

test.each([
  ['what only the cluster can know is wrong', deployment(container, 'many'), /minReadySeconds/],
  [
    'what is larger than a cluster keeps',
    `${deployment()}---\n${named('ConfigMap', 'v1', `data: { text: "{% for i in (1..400) %}${'漢'.repeat(1000)}{% endfor %}" }\n`)}`,
    /1048576/,
  ],
])('%s is told in its own words, and nothing is left that is not named', async (_, text, words) => {
  const service = await world.create(`w${number}`, { versionId: await publish(text), count: 1 })
  const record = await world.ended(service.recordId)
  expect([record.state, record.code]).toEqual(['failed', 'refused'])
  expect(record.message).toMatch(words)
  const { inventory } = await world.database.db.workload.findFirstOrThrow({ where: { placement: { stageId: service.stageId } } })
  const known = (inventory as { kind: string; name: string }[]).map(({ kind, name }) => `${kind}/${name}`)
  const line = 'jsonpath={range .items[*]}{.kind}/{.metadata.name}{"\\n"}{end}'
  const label = ['-n', world.namespace, '-l', `tengen.io/service=${service.serviceId}`]
  const found = (await kubectl(first, 'get', 'deployments,configmaps', ...label, '-o', line)).trim().split('\n').filter(Boolean)
  expect(found.filter((one) => !known.includes(one))).toEqual([])
  expect((await world.ended(await world.change(service, { kind: 'remove' }))).state).toBe('succeeded')
  expect(await world.contents(first)).toBe(before)
})
