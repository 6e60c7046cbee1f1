import { expect, test } from 'vitest'
import type { RelationEdge, RelationNode } from '@/lib/relations/views'
import { layOut } from './relation-layout'

const node = (id: string): RelationNode => ({
  id,
  kind: 'service',
  name: id,
  application: null,
  environment: 'test',
  runtimes: [],
  health: 'healthy',
  running: 1,
  wanted: 1,
  endpoints: [],
})
const end = (id: string): RelationEdge['consumer'] => ({ kind: 'service', id, name: id, application: null, serviceId: id, units: 1 })
const edge = (from: string, to: string): RelationEdge => ({
  id: `${from}-${to}`,
  requirement: to,
  interface: 'http',
  granularity: 'unit',
  required: true,
  environment: 'test',
  consumer: end(from),
  provider: end(to),
  state: 'in_step',
  record: null,
})

test('consumers stand left of what they need, and no two services on one place', () => {
  const { nodes, edges } = layOut(['proxy', 'web', 'redis', 'alone'].map(node), [edge('proxy', 'web'), edge('web', 'redis')])
  const x = (id: string) => nodes.find((one) => one.node.id === id)?.x ?? Number.NaN
  expect(x('proxy')).toBeLessThan(x('web'))
  expect(x('web')).toBeLessThan(x('redis'))
  expect(new Set(nodes.map((one) => `${one.x} ${one.y}`)).size).toBe(4)
  expect(edges).toHaveLength(2)
})

test('services that need each other, and one that is not there, do not break the picture', () => {
  const { nodes, edges } = layOut(['a', 'b'].map(node), [edge('a', 'b'), edge('b', 'a'), edge('a', 'gone')])
  expect(nodes.every((one) => Number.isFinite(one.x) && Number.isFinite(one.y))).toBe(true)
  expect(edges.map((one) => one.edge.id)).toEqual(['a-b', 'b-a'])
})
