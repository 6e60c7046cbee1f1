import { expect, test } from 'vitest'
import { conflictsOf } from './conflicts'
import { diffObjects } from './diff-objects'
import { KubernetesError } from './errors'

const deployment = (spec: object, metadata: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', ...metadata },
  spec,
})
const containers = (...list: object[]) => ({ template: { spec: { containers: list } } })
const pathsOf = (changes: ReturnType<typeof diffObjects>) => changes.map(({ kind, path }) => `${kind} ${path}`)

test('what the API server keeps for itself is no difference', () => {
  const live = {
    ...deployment({ replicas: 1 }, { uid: 'a', resourceVersion: '1', generation: 4, managedFields: [] }),
    status: { replicas: 1 },
  }
  const annotations = { 'deployment.kubernetes.io/revision': '4' }
  expect(
    diffObjects({ ...live, metadata: { ...live.metadata, annotations } }, deployment({ replicas: 1 }, { resourceVersion: '2' })),
  ).toEqual([])
})

test('a change names its field, by the name of the container it is in, wherever that stands', () => {
  const [a, b, c] = [
    { name: 'a', image: 'x:1' },
    { name: 'b', image: 'y:1' },
    { name: 'c', image: 'z:1' },
  ]
  expect(
    diffObjects(deployment({ replicas: 1, ...containers(a, b) }), deployment({ replicas: 2, ...containers({ ...b, image: 'y:2' }, a, c) })),
  ).toEqual([
    { path: '.spec.replicas', kind: 'changed', from: 1, to: 2 },
    { path: '.spec.template.spec.containers[b].image', kind: 'changed', from: 'y:1', to: 'y:2' },
    { path: '.spec.template.spec.containers[c]', kind: 'added', to: c },
  ])
})

test('lists without names are compared as wholes, and ports of one number by their order', () => {
  expect(pathsOf(diffObjects(deployment({ args: ['a', 'b'] }), deployment({ args: ['b', 'a'] })))).toEqual(['changed .spec.args'])
  const [tcp, udp] = [
    { port: 53, protocol: 'TCP' },
    { port: 53, protocol: 'UDP' },
  ]
  expect(pathsOf(diffObjects(deployment({ ports: [tcp] }), deployment({ ports: [tcp, udp] })))).toEqual(['changed .spec.ports'])
})

test('of a secret only the names of what changed are told', () => {
  const secret = (data: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data })
  const told = [
    ...diffObjects(secret({ a: 'MQ==', b: 'Mg==' }), secret({ a: 'Mw==', c: 'NA==' })),
    ...diffObjects(null, secret({ a: 'MQ==' })),
  ]
  expect(pathsOf(told)).toEqual(expect.arrayContaining(['changed .data.a', 'removed .data.b', 'added .data.c', 'added .data.a']))
  expect(JSON.stringify(told)).not.toMatch(/M[Qgw]==|NA==/)
})

test('a refused apply names fields and their owners', () => {
  const causes = [{ reason: 'FieldManagerConflict', message: 'conflict with "kubectl-edit" using apps/v1', field: '.spec.replicas' }]
  expect(conflictsOf(new KubernetesError(409, 'Conflict', 'no', { causes }))).toEqual([{ field: '.spec.replicas', owner: 'kubectl-edit' }])
  const inList = (field: string) =>
    conflictsOf(new KubernetesError(409, 'Conflict', 'no', { causes: [{ ...causes[0], field }] }))?.[0]?.field
  const before = deployment(containers({ name: 'main', command: ['a'] }))
  const [change] = diffObjects(before, deployment(containers({ name: 'main', command: ['b'] })))
  expect(inList('.spec.template.spec.containers[name="main"].command')).toBe(change?.path)
  expect(inList('.spec.ports[port=80,protocol="TCP"].targetPort')).toBe('.spec.ports[80].targetPort')
  expect(conflictsOf(new KubernetesError(409, 'AlreadyExists', 'no'))).toBeUndefined()
  expect(conflictsOf(new Error('no'))).toBeUndefined()
})
