import { expect, test } from 'vitest'
import { readObjects } from './cluster-objects'
import { clusterPowers, podSecurityOf } from './cluster-powers'

const deployment = (pod: object) =>
  JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { template: { spec: pod } } })
const service = (spec: object) => JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec })
const kind = (apiVersion: string, name: string) => JSON.stringify({ apiVersion, kind: name, metadata: { name: 'web' } })

test.each([
  ['an account', deployment({ serviceAccount: 'admin' })],
  ['an account by its newer name', deployment({ serviceAccountName: 'admin' })],
  ['a token by the back door', deployment({ volumes: [{ name: 't', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }] })],
  ['a node', deployment({ nodeName: 'control-plane' })],
  ['the node itself', deployment({ containers: [{ name: 'a', image: 'b', securityContext: { privileged: true } }] })],
  ['a folder of the node', deployment({ volumes: [{ name: 'h', hostPath: { path: '/' } }] })],
  ['addresses of others', service({ externalIPs: ['192.0.2.1'] })],
  ['a name outside', service({ type: 'ExternalName', externalName: 'metadata.internal' })],
  ['a host name of the whole cluster', kind('networking.k8s.io/v1', 'Ingress')],
  ['rights', kind('rbac.authorization.k8s.io/v1', 'ClusterRole')],
  ['another namespace', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'kube-system' } })],
])('nothing is made of what asks for %s', (_, text) => {
  const { objects, findings } = readObjects(text)
  expect(objects).toEqual([])
  expect(findings).toHaveLength(1)
})

test.each([
  ['host_folders', deployment({ volumes: [{ name: 'h', hostPath: { path: '/' } }] }), 'baseline'],
  ['account', deployment({ serviceAccountName: 'admin' }), 'privileged'],
  ['outside_addresses', service({ externalIPs: ['192.0.2.1'] }), 'privileged'],
] as const)('who is let have it may ask for %s, and for nothing else', (power, text, otherwise) => {
  expect(readObjects(text, [power]).findings).toEqual([])
  expect(
    readObjects(
      text,
      clusterPowers.filter((one) => one !== power),
    ).findings,
  ).toHaveLength(1)
  expect(podSecurityOf([power])).not.toBe(otherwise)
})

test('no power makes a service of what belongs to a cluster or to others', () => {
  for (const text of [
    kind('rbac.authorization.k8s.io/v1', 'ClusterRole'),
    kind('networking.k8s.io/v1', 'Ingress'),
    kind('v1', 'Namespace'),
  ])
    expect(readObjects(text, clusterPowers).findings).toMatchObject([{ rule: 'kind_forbidden' }])
})

test('what services are made of is read', () => {
  const text = [deployment({ containers: [{ name: 'a', image: 'b' }] }), service({ ports: [{ port: 80 }] }), kind('v1', 'ConfigMap')].join(
    '\n---\n',
  )
  expect(readObjects(text)).toMatchObject({ findings: [], objects: [{ kind: 'Deployment' }, { kind: 'Service' }, { kind: 'ConfigMap' }] })
})
