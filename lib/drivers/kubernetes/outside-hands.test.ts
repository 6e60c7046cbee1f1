import { expect, test } from 'vitest'
import type { KubernetesObject } from './objects'
import { handsOn, type ManagedEntry, taken, valueAt } from './outside-hands'

const ours: ManagedEntry = {
  manager: 'tengen',
  operation: 'Apply',
  fieldsV1: {
    'f:metadata': { 'f:labels': { 'f:app': {} } },
    'f:spec': {
      'f:replicas': {},
      'f:template': {
        'f:spec': {
          'f:containers': {
            'k:{"name":"web"}': { '.': {}, 'f:image': {}, 'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {} } } },
          },
        },
      },
    },
  },
}

const said = (manager: string, containers: object, more: object = {}): ManagedEntry => ({
  manager,
  operation: 'Update',
  time: '2026-01-01T00:00:00Z',
  fieldsV1: { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': containers } } } } as NonNullable<ManagedEntry['fieldsV1']>,
  ...more,
})

const objectOf = (...managedFields: readonly ManagedEntry[]): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web-stable', managedFields },
  spec: { template: { spec: { containers: [{ name: 'web', image: 'a', env: [{ name: 'X', value: '1' }] }] } } },
})

const added = { 'k:{"name":"web"}': { 'f:env': { '.': {}, 'k:{"name":"X"}': { '.': {}, 'f:name': {}, 'f:value': {} } } } }
const fieldsOf = (object: KubernetesObject) => handsOn(object).others.map(({ owner, fields }) => [owner, fields])

test('names what others say beyond the hub, as a whole where the hub says nothing of it', () => {
  expect(fieldsOf(objectOf(ours))).toEqual([])
  expect(fieldsOf(objectOf(ours, said('kubectl-edit', added)))).toEqual([['kubectl-edit', ['.spec.template.spec.containers[web].env']]])
  // Who says the same as the hub changes nothing.
  expect(fieldsOf(objectOf(ours, said('kubectl-edit', { 'k:{"name":"web"}': { '.': {}, 'f:image': {} } })))).toEqual([])
})

test('what a cluster does by itself, statuses and notes are nobody’s hand', () => {
  const notes: ManagedEntry = { manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:metadata': { 'f:annotations': { 'f:a': {} } } } }
  const status: ManagedEntry = { manager: 'lb', operation: 'Update', subresource: 'status', fieldsV1: { 'f:spec': { 'f:x': {} } } }
  expect(fieldsOf(objectOf(ours, said('kube-controller-manager', added), notes, status))).toEqual([])
})

test('another print once a field of the hub is gone, and none for a number that load decides', () => {
  const { own } = handsOn(objectOf(ours))
  const { 'f:replicas': _, ...unscaled } = ours.fieldsV1?.['f:spec'] ?? {}
  expect(handsOn(objectOf({ ...ours, fieldsV1: { 'f:spec': unscaled } })).own).toBe(own)
  expect(handsOn(objectOf({ ...ours, fieldsV1: { 'f:spec': { 'f:replicas': {} } } })).own).not.toBe(own)
})

test('taken over, the hub says what others added, and they do not', () => {
  expect(taken(objectOf(ours))).toBeNull()
  expect(taken(objectOf(said('kubectl-edit', added)))).toBeNull()
  const both = objectOf(ours, said('kubectl-edit', added), said('kubectl', { 'k:{"name":"web"}': { '.': {}, 'f:image': {} } }))
  const after = taken(both) ?? []
  expect(after.map(({ manager }) => manager)).toEqual(['tengen', 'kubectl'])
  expect(fieldsOf(objectOf(...after))).toEqual([])
  expect(handsOn(objectOf(...after)).own).not.toBe(handsOn(both).own)
})

test('finds what stands at a path', () => {
  expect(valueAt(objectOf(ours), '.spec.template.spec.containers[web].env')).toEqual([{ name: 'X', value: '1' }])
  expect(valueAt(objectOf(ours), '.spec.template.spec.containers[web].env[X].value')).toBe('1')
  expect(valueAt(objectOf(ours), '.spec.nothing.at[all]')).toBeUndefined()
})
