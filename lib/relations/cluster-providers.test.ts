import { expect, test } from 'vitest'
import type { Relation } from '@/lib/db/generated/client'
import { type ClusterProvider, clusterEnds } from './cluster-providers'

const relation = { requirement: 'api', provision: 'web', interface: 'http', granularity: 'unit' } as Relation
const provider: ClusterProvider = {
  application: 'shop',
  service: 'web',
  provisions: new Map([['web', 'http']]),
  places: [{ clusterId: 'here', namespace: 'harbor-shop', ports: new Map([['http', 8080]]) }],
  routes: [
    { host: 'shop.example.org', port: 443, to: 'http' },
    { host: 'www.example.org', port: 80, to: 'http' },
    { host: 'admin.example.org', port: 443, to: 'admin' },
  ],
}
const asked = (one: Partial<Relation>, from: ClusterProvider, clusterId: string | null) =>
  clusterEnds({ ...relation, ...one }, from, clusterId).map(({ address, port }) => `${address}:${port}`)

test.each([
  ['the same cluster: its name there', {}, provider, 'here', ['web.harbor-shop.svc:8080']],
  ['another cluster: its routes to that port', {}, provider, 'there', ['shop.example.org:443', 'www.example.org:80']],
  ['a machine: the same', {}, provider, null, ['shop.example.org:443', 'www.example.org:80']],
  ['one for all: the first', { granularity: 'service' as const }, provider, null, ['shop.example.org:443']],
  ['outside, without a route: nothing', {}, { ...provider, routes: [] }, null, []],
  [
    'inside, where that port is not offered: its routes',
    {},
    { ...provider, places: [] },
    'here',
    ['shop.example.org:443', 'www.example.org:80'],
  ],
])('a service in a cluster is reached from %s', (_, change, from, clusterId, ends) => {
  expect(asked(change, from, clusterId)).toEqual(ends)
})
