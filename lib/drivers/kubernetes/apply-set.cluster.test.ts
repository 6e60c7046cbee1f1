import { afterAll, beforeAll, expect, test } from 'vitest'
import { kubeconfigOf, kubectl } from '@/lib/testing/kubernetes'
import { runClusters } from '@/lib/testing/run-clusters'
import { applyObject } from './apply'
import { ApplySet, refOf, toPrune } from './apply-set'
import { KubernetesClient } from './client'
import { accessOf } from './kubeconfig'
import type { KubernetesObject } from './objects'
import { applicationIn, hubObjects } from './permissions'
import { ResourceTypes } from './resource-types'
import { tendNamespace } from './tend-namespace'

const [cluster] = runClusters()
const settings = { allowed: ['0.0.0.0/0', '::/0'], inFlight: 16, timeoutMs: 10_000, connectMs: 10_000, restMs: 100, mostRestMs: 1000 }
const client = new KubernetesClient(accessOf(kubeconfigOf(cluster)), settings)
const [namespace, hubId, applicationId] = ['apply-set-test', 'hub', 'application']
const wish = {
  ...{ name: namespace, hubId, applicationId, organization: 'o', application: 'a', environment: 'test', isAdopted: false },
  podSecurity: 'baseline' as const,
  quota: { units: null, cpuMillis: null, memoryMib: null, diskMib: null },
}
const owner = { hubId, applicationId, serviceId: 'web', namespace, as: applicationIn(namespace) }
const set = new ApplySet(client, new ResourceTypes(client), owner)
const role = hubObjects()[3] as KubernetesObject

beforeAll(async () => {
  // The role that applications have; the hub's own account is not needed here.
  await applyObject(client, role)
  expect(await tendNamespace(client, wish, { adopt: false, pulls: [] })).toEqual({ kind: 'present' })
})
afterAll(async () => {
  await kubectl(cluster, 'delete', 'namespace', namespace)
  await kubectl(cluster, 'delete', 'clusterrole', role.metadata.name)
  client.close()
})

const config = (data: object, name = 'web'): KubernetesObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })
const secret = (value: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'web' },
  stringData: { key: value },
})
const service: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
}
const container = { name: 'web', image: 'tengen.test/busybox:1', command: ['sleep', '3600'] }
const deployment = (replicas: number): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { terminationGracePeriodSeconds: 0, containers: [container] } },
  },
})
const get = (what: string, where: string) => kubectl(cluster, 'get', what, '-n', namespace, '-o', `jsonpath=${where}`)
const kindsOf = (list: readonly { outcome: { kind: string } }[]) => list.map(({ outcome }) => outcome.kind)
const all = [deployment(1), service, secret('one'), config({ a: '1' })]

test('what would change is told before it is done, without the defaults of the server, and then is done', async () => {
  const first = await set.preview(all)
  expect(kindsOf(first)).toEqual(['applied', 'applied', 'applied', 'applied'])
  expect(first.every(({ changes }) => changes.length > 0)).toBe(true)
  expect(JSON.stringify(first.map(({ changes }) => changes))).not.toContain(Buffer.from('one').toString('base64'))
  expect(await kubectl(cluster, 'get', 'deployments', '-n', namespace, '-o', 'name')).toBe('')
  expect(kindsOf(await set.apply(all))).toEqual(['applied', 'applied', 'applied', 'applied'])
  expect((await set.preview(all)).flatMap(({ changes }) => changes)).toEqual([])
  const [changed] = await set.preview([deployment(2)])
  expect(changed?.changes).toEqual([{ path: '.spec.replicas', kind: 'changed', from: 1, to: 2 }])
  expect((await set.preview([secret('two')]))[0]?.changes).toEqual([{ path: '.data.key', kind: 'changed' }])
  await kubectl(cluster, 'rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=30s')
})

test('a field of somebody else is named with its owner, and taken over only when that is said', async () => {
  await kubectl(cluster, 'scale', 'deployment/web', '-n', namespace, '--replicas=3')
  const conflict = { kind: 'conflict', conflicts: [{ field: '.spec.replicas', owner: 'kubectl' }] }
  expect(await set.preview([deployment(2)])).toMatchObject([{ outcome: conflict, changes: [{ path: '.spec.replicas', from: 3, to: 2 }] }])
  expect(await set.apply([deployment(2)])).toMatchObject([{ outcome: conflict }])
  expect(await get('deployment/web', '{.spec.replicas}')).toBe('3')
  expect(kindsOf(await set.apply([deployment(2)], [refOf(deployment(2))]))).toEqual(['applied'])
  expect(await get('deployment/web', '{.spec.replicas}')).toBe('2')
})

test('what a new release no longer has is removed, and what is not this service’s is neither changed nor removed', async () => {
  await kubectl(cluster, 'create', 'configmap', 'foreign', '-n', namespace, '--from-literal=a=theirs')
  const foreign = config({ a: 'ours' }, 'foreign')
  expect(kindsOf(await set.apply([foreign]))).toEqual(['foreign'])
  expect(kindsOf(await set.preview([foreign]))).toEqual(['foreign'])
  // Many of one kind are listed rather than asked for one by one.
  const others = ['1', '2', '3', '4'].map((name) => config({ a: name }, name))
  const many = await set.apply([...others, foreign])
  expect(kindsOf(many)).toEqual(['applied', 'applied', 'applied', 'applied', 'foreign'])
  expect(await set.prune(others.map(refOf))).toHaveLength(4)
  const gone = toPrune([...all, foreign].map(refOf), [deployment(2), service].map(refOf))
  expect((await set.prune(gone)).map((ref) => ref.kind).sort()).toEqual(['ConfigMap', 'Secret'])
  expect(await get('configmap/foreign', '{.data.a}')).toBe('theirs')
  expect(await kubectl(cluster, 'get', 'configmap/web', '-n', namespace, '--ignore-not-found')).toBe('')
  expect(await set.prune(gone)).toEqual([])
})

test('the cluster’s own rights are the wall: another namespace, the whole cluster and the fences are refused', async () => {
  const elsewhere = { ...config({ a: '1' }), metadata: { name: 'web', namespace: 'default' } }
  const wide = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'wide' }, rules: [] }
  const fence = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'open' }, spec: { podSelector: {} } }
  const unknown = { apiVersion: 'example.org/v1', kind: 'Thing', metadata: { name: 'x' } }
  const outcomes = await Promise.all([elsewhere, wide, fence, unknown].map(async (one) => (await set.apply([one]))[0]?.outcome))
  expect(outcomes).toEqual([
    { kind: 'refused', message: 'default is not the application’s namespace.' },
    { kind: 'refused', message: 'ClusterRole belongs to the whole cluster, not to an application.' },
    { kind: 'refused', message: expect.stringContaining('forbidden') },
    { kind: 'refused', message: 'The cluster knows no Thing of example.org/v1.' },
  ])
})

test('a manifest that the server does not take is refused in its own words, and what reads it is not begun', async () => {
  const wrong = { ...config({ a: '1' }, 'wrong'), data: { a: 1 } }
  const outcomes = await set.apply([deployment(1), wrong])
  expect(outcomes).toMatchObject([{ ref: { kind: 'ConfigMap' }, outcome: { kind: 'refused', message: expect.stringContaining('data') } }])
  expect(await get('deployment/web', '{.spec.replicas}')).toBe('2')
})
