import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock } from '@/lib/clock'
import { type KubernetesObject, types } from '@/lib/drivers/kubernetes/objects'
import { handsOn } from '@/lib/drivers/kubernetes/outside-hands'
import { nameFacts } from '@/lib/drivers/kubernetes/workload-facts'
import { WorkloadPicture } from '@/lib/drivers/kubernetes/workload-picture'
import { findAnything } from '@/lib/organizations/find-anything'
import { buildCluster } from '@/lib/testing/build-cluster'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { until } from '@/lib/testing/until'
import { keepOutside } from './keep-outside'
import { saveSights } from './save-sights'

let database: TestDatabase
let world: BuiltOrganization
let cluster: Awaited<ReturnType<typeof buildCluster>>
let namespace: string

const fields = (...names: string[]) => ({ 'f:spec': Object.fromEntries(names.map((name) => [`f:${name}`, {}])) })
const ours = { manager: 'tengen', operation: 'Apply', fieldsV1: fields('ports') }
/** The Service as its cluster keeps books of it, with what these people said. */
const service = (...others: string[]): KubernetesObject => {
  const hands = others.map((manager) => ({ manager, operation: 'Update', time: '2026-01-01T00:00:00Z', fieldsV1: fields(manager) }))
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace, managedFields: [ours, ...hands] } }
}
const observe = async (...others: string[]): Promise<void> => {
  const picture = new WorkloadPicture(() => {})
  const seen = picture.hands.beside(nameFacts)(service(...others))
  picture.hands.keep(types.service, new Map([[`${namespace}/web`, seen]]))
  await saveSights(cluster.id, picture, new Map())
}

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization({ machinesInPool: 0 })
  namespace = `${world.slug}-shop`
  cluster = await buildCluster(world)
  const inventory = [{ apiVersion: 'v1', kind: 'Service', name: 'web', own: handsOn(service()).own }]
  const made = { clusterId: cluster.id, state: 'available' as const, appliedAt: new Date(clock.nowMs() - 60_000), inventory }
  const { id: serviceId } = await database.db.service.create({
    data: { organizationId: world.id, applicationId: cluster.applicationId, name: 'web', packageId: 'none' },
  })
  const place = { runtimeId: cluster.runtimeId, workload: { create: made } }
  await database.db.stage.create({ data: { serviceId, environment: 'test', placements: { create: place } } })
})
afterAll(() => database.dispose())

const row = () => database.db.workload.findFirstOrThrow()
const prints = async () => ((await row()).outside as { print: string; owner: string }[]).map((one) => one.print)
const keep = async (...these: string[]) => {
  const ask = { organization: world.slug, application: 'shop', name: 'web', environment: 'test' as const }
  await keepOutside(await world.person('admin'), { ...ask, prints: these })
}

/** Both at once, in this order: each waits for the row, which is held until both do. */
async function together(...works: (() => Promise<void>)[]): Promise<void> {
  const holder = await database.pool.connect()
  const begun: Promise<void>[] = []
  try {
    await holder.query('begin')
    await holder.query('select 1 from "Workload" for update')
    for (const work of works) {
      begun.push(work())
      const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      await until(
        () => database.pool.query(waiting),
        ({ rowCount }) => rowCount === begun.length,
      )
    }
  } finally {
    await holder.query('rollback')
    holder.release()
  }
  await Promise.all(begun)
}

test('what is kept while its observer writes the same once more stays kept, whoever comes first', async () => {
  await observe('somebody')
  const [first = ''] = await prints()
  expect((await row()).isChanged).toBe(true)
  await together(
    () => keep(first),
    () => observe('somebody'),
  )
  expect(await row()).toMatchObject({ isChanged: false, keptOutside: [first] })
  // What came in the meantime was not looked at by whoever kept the other.
  await together(
    () => observe('somebody', 'another'),
    () => keep(first),
  )
  expect(await row()).toMatchObject({ isChanged: true, keptOutside: [first] })
  const [, second = ''] = await prints()
  await together(
    () => keep(second),
    () => observe('somebody', 'another'),
  )
  expect(await row()).toMatchObject({ isChanged: false, keptOutside: [first, second] })
  await observe('another')
  expect(await row()).toMatchObject({ isChanged: false })
  const told = await database.db.$queryRaw<{ count: number }[]>`
    select count(*)::int as count from journal.event where name = 'service.changed_outside'`
  expect(told[0]?.count).toBe(2)
})

test('a pod is found by its name or address, by who sees its service', async () => {
  const { placementId } = await row()
  const seen = { phase: 'Running', isNewest: true, isReady: true, isLeaving: false, image: 'i', restarts: 0 }
  await database.db.workloadPod.create({ data: { ...seen, uid: 'one', placementId, name: 'web-stable-7d9f', address: '10.101.0.7' } })
  const find = async (by: 'viewer' | 'edgeOnly', q: string) =>
    (await findAnything(await world.person(by), { organization: world.slug, q })).filter((one) => one.kind === 'pod')
  const found = [{ name: 'web-stable-7d9f', detail: `${cluster.name}, 10.101.0.7`, state: 'ready' }]
  for (const q of ['10.101.0.7', 'stable-7d']) expect(await find('viewer', q)).toMatchObject(found)
  expect([await find('viewer', '10.101.0.8'), await find('edgeOnly', '10.101.0.7')]).toEqual([[], []])
})
