import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { changeRoute } from '@/lib/routes/change-route'
import { checkRoute } from '@/lib/routes/check-route'
import { createRoute } from '@/lib/routes/create-route'
import { getRoute } from '@/lib/routes/get-route'
import { Stack } from '@/lib/testing/stack'

type Installed = Awaited<ReturnType<Stack['install']>>

let stack: Stack
let redis: Installed
let web: Installed
/** One on the machine's nginx, one on the package's own server. */
let proxies: readonly Installed[]

beforeAll(async () => {
  stack = await Stack.start({ dials: '127.0.0.0/8' })
  redis = await stack.install('redis', 'redis', '1.0.0', 1)
  await stack.ended(redis.recordId)
  web = await stack.install('web', 'counter', '1.0.0', 2, { title: 'Shop', relations: { redis: [{ serviceId: redis.serviceId }] } })
  await stack.ended(web.recordId)
  const relations = { web: [{ serviceId: web.serviceId }] }
  const install = (program: string) => stack.install(`proxy-${program}`, 'proxy', '1.2.0', 1, { program, relations })
  proxies = [await install('auto'), await install('own')]
  for (const { recordId } of proxies) await stack.ended(recordId)
}, 90_000)
afterAll(() => stack.stop())

const placement = async (stageId: string) => (await stack.database.db.placement.findFirstOrThrow({ where: { stageId } })).id

async function scale({ stageId }: Installed, count: number): Promise<string> {
  const counts = { [await placement(stageId)]: count }
  const { recordId } = await requestDeploy(await stack.person('mei'), { stageId, kind: 'scale', counts })
  await stack.approve(recordId)
  return recordId
}

/** What the proxy answers for a host name, like a browser that asks it. */
async function visit(proxy: Installed | undefined, host: string, path = '/'): Promise<{ status: number; unit: string; text: string }> {
  const { ports, machine } = await stack.database.db.allocation.findFirstOrThrow({
    where: { to: null, unit: { stageId: proxy?.stageId ?? '' } },
    include: { machine: true },
  })
  const { http: port } = ports as { http: number }
  return new Promise((resolve, reject) => {
    const ask = request({ host: machine.address, port, path, headers: { host } }, (answer) => {
      let text = ''
      answer
        .on('data', (chunk) => (text += chunk))
        .on('end', () => {
          resolve({ status: answer.statusCode ?? 0, unit: String(answer.headers['x-unit'] ?? ''), text: text.trim() })
        })
    })
    // A connection that was kept may be closed at the moment it is used again; whoever asks opens another, as browsers do.
    const isStale = (error: NodeJS.ErrnoException) => ask.reusedSocket && error.code === 'ECONNRESET'
    ask.once('error', (error) => (isStale(error) ? resolve(visit(proxy, host, path)) : reject(error))).end()
  })
}

const host = 'web.shop.localhost'

/** By each of the two. */
const unitsSeen = (): Promise<string[]> =>
  Promise.all(
    proxies.map(async (proxy) => {
      const answers = await Promise.all(Array.from({ length: 12 }, () => visit(proxy, host)))
      return [...new Set(answers.map((answer) => answer.unit))].sort().join(' ')
    }),
  )

test('each side knows the other before it serves: the proxy reaches every unit, and they share one count', async () => {
  for (const proxy of proxies) {
    const first = await visit(proxy, host)
    expect(first).toMatchObject({ status: 200, text: expect.stringMatching(/^Shop: visit \d+, served by web\/\d$/) })
    expect(await visit(proxy, 'other.shop.localhost')).toMatchObject({
      status: 404,
      text: 'No service is reached under this name here.',
    })
  }
  expect(await unitsSeen()).toEqual(['web/0 web/1', 'web/0 web/1'])
  const states = await Promise.all(proxies.map(async (proxy) => JSON.parse((await visit(proxy, 'nobody', '/-/proxy')).text).program))
  expect(states).toEqual(['nginx', 'own'])
})

test('units that come and go are known to the proxy by themselves, and no visitor is refused', async () => {
  const refused: string[] = []
  let goes = true
  const visitor = (async () => {
    while (goes) {
      for (const proxy of proxies) {
        const answer = await visit(proxy, host).catch((error: Error) => ({ status: 0, text: error.message }))
        if (answer.status !== 200) refused.push(`${answer.status} ${answer.text}`)
      }
    }
  })()
  await stack.ended(await scale(web, 3))
  await stack.until('the third unit to be visited', async () => (await unitsSeen()).every((seen) => seen === 'web/0 web/1 web/2'))
  const less = await scale(web, 1)
  await stack.ended(less)
  goes = false
  await visitor
  expect(refused).toEqual([])
  expect(await unitsSeen()).toEqual(['web/0', 'web/0'])
  const { db } = stack.database
  await stack.until('all to be told', async () => (await db.deployRecord.count({ where: { kind: 'relate', endedAt: null } })) === 0)
  const told = await db.deployRecord.findMany({
    where: { kind: 'relate', stageId: proxies[0]?.stageId ?? '' },
    include: { tasks: true },
    orderBy: { number: 'asc' },
  })
  expect(told.length).toBeGreaterThanOrEqual(2)
  for (const record of told) expect(record).toMatchObject({ state: 'succeeded', requesterId: null, cause: { by: 'relations' } })
  // Nothing was taken down before the proxy's hook had run with the news that it goes: its machine says when that was.
  const { rows } = await stack.database.pool.query<{ at: Date; text: string }>(
    `select at, text from journal.log_line where record_id = $1 and text like '%relation-changed%' order by line`,
    [told.at(-1)?.id],
  )
  const heardAt = rows.at(-1)?.at.getTime() ?? Number.NaN
  const removals = await db.task.findMany({ where: { recordId: less, verb: 'remove' } })
  expect(removals).toHaveLength(2)
  for (const task of removals) expect(task.readyAt?.getTime()).toBeGreaterThanOrEqual(heardAt)
})

test('a route leads to a service on machines through its ways in: its record is over once they serve it, and they say whether it works', async () => {
  const mei = await stack.person('mei')
  const route = { organization: 'harbor', application: 'shop', environment: 'production' as const, host: 'visits.example.org' }
  const to = (path: string) => ({ ...route, rules: [{ path, match: 'prefix' as const, service: 'web', port: 'http' }] })
  const carriedOut = async ({ recordId }: { recordId: string }) => {
    await stack.approve(recordId)
    await stack.ended(recordId)
    const { rows } = await stack.database.pool.query<{ text: string }>('select text from journal.log_line where record_id = $1', [recordId])
    expect(rows.map(({ text }) => text)).toContain('Confirmed by proxy-auto/0, proxy-own/0.')
    return (await stack.database.db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })).state
  }
  const statuses = (path: string) => Promise.all(proxies.map(async (proxy) => (await visit(proxy, route.host, path)).status))
  expect(await carriedOut(await createRoute(mei, to('/count')))).toBe('succeeded')
  expect([await statuses('/count'), await statuses('/count/more?a=/'), await statuses('/counted'), await statuses('/')]).toEqual([
    [200, 200],
    [200, 200],
    [404, 404],
    [404, 404],
  ])
  const seen = () => getRoute(mei, route)
  await checkRoute(mei, route)
  expect(await seen()).toMatchObject({
    state: 'works',
    places: [{ cluster: 'production', addresses: [expect.stringMatching(/:\d+$/), expect.anything()] }],
  })
  expect(await carriedOut(await changeRoute(mei, to('/')))).toBe('succeeded')
  expect([await statuses('/'), await statuses('/counted')]).toEqual([
    [200, 200],
    [200, 200],
  ])
  const { stageId, versions } = await seen()
  const gone = await requestDeploy(mei, { stageId, kind: 'rollback', releaseId: versions.at(-1)?.id ?? '' })
  expect(await carriedOut(gone)).toBe('succeeded')
  expect(await statuses('/')).toEqual([404, 404])
  await expect(requestDeploy(mei, { stageId: web.stageId, kind: 'remove' })).rejects.toMatchObject({ code: 'needed' })
  expect(await carriedOut(await requestDeploy(mei, { stageId, kind: 'remove' }))).toBe('succeeded')
  expect(await statuses('/count')).toEqual([404, 404])
})

test('what others cannot be without is not removed, and the refusal names them', async () => {
  const mei = await stack.person('mei')
  await expect(requestDeploy(mei, { stageId: redis.stageId, kind: 'remove' })).rejects.toMatchObject({
    code: 'needed',
    details: { services: ['web'] },
  })
  await expect(stack.install('lonely', 'counter', '1.0.0', 1)).rejects.toMatchObject({ code: 'relation_missing' })
})
