import { afterAll, beforeAll, expect, test } from 'vitest'
import { Gateway } from '@/gateway/server'
import { authorizeTopic } from '@/lib/auth/authorize-topic'
import { mayBeShared, scopeNames } from '@/lib/auth/scopes'
import { closeBus } from '@/lib/bus/bus'
import { hashToken, newToken } from '@/lib/ids'
import { type BuiltOrganization, buildOrganization, type PersonName, personNames } from '@/lib/testing/build-organization'
import { buildToken } from '@/lib/testing/build-token'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { answerChecker } from './answers'
import { buildWall } from './build-wall'
import { knocksAt, type Names } from './knocks'
import { openApiDocument } from './openapi'
import { inWorld, keepRecorded, type Recorded, readRecorded } from './recorded-requests'
import { routes } from './routes'

let database: TestDatabase
let world: BuiltOrganization
let gateway: Gateway
let origin: string
const cookies = {} as Record<PersonName, string>
const names: Names = {}
const knockAt = knocksAt(names)
const check = answerChecker(openApiDocument(routes))
/** Answers that are not as the document says. */
const strange = new Set<string>()

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  Object.assign(names, await buildWall(database.db, world))
  for (const name of personNames) {
    const token = newToken()
    await database.db.session.create({
      data: { sessionToken: hashToken(token), userId: world.userIds[name], expires: new Date(Date.now() + 600_000) },
    })
    cookies[name] = `next-auth.session-token=${token}`
  }
  gateway = await Gateway.make({
    pool: database.pool,
    databaseUrl: database.url,
    web: { host: '127.0.0.1', port: 1 },
    names: { trusted: [], publicHosts: [] },
    routes,
    authorizeTopic,
    staticFolder: '/nonexistent',
    isDevelopment: false,
  })
  origin = `http://127.0.0.1:${await gateway.listen('127.0.0.1', 0)}`
})
afterAll(async () => {
  await gateway.stop()
  await closeBus()
  await database.dispose()
})

async function knock(route: (typeof routes)[number], cookie: string | undefined, from = origin): Promise<number> {
  const how = knockAt(route)
  const body = how.body?.(names)
  const answer = await fetch(origin + how.address, {
    method: route.method,
    headers: {
      ...(cookie?.startsWith('bearer ') ? { authorization: cookie } : cookie ? { cookie } : {}),
      ...(route.method === 'GET' ? {} : { origin: from }),
      ...(body === undefined ? {} : { 'content-type': how.type ?? 'application/json' }),
    },
    ...(body === undefined ? {} : { body: how.type ? String(body) : JSON.stringify(body) }),
  })
  const text = await answer.text()
  const wrong = answer.status >= 500 ? text : check(route, answer.status, answer.headers.get('content-type'), text)
  if (wrong) strange.add(`${answer.status} ${route.method} ${route.path} ${wrong}`)
  return answer.status
}

const withSession = routes.filter((route) => route.access === 'session')

const isRead = (route: (typeof routes)[number]) => route.method === 'GET'
const isOfDeploy = (route: (typeof routes)[number]) => route.path.includes('/deploys')
const groups = {
  reads: withSession.filter(isRead),
  'acts on deploys': withSession.filter((route) => !isRead(route) && isOfDeploy(route)),
  'other changes': withSession.filter((route) => !isRead(route) && !isOfDeploy(route)),
}

test.each(Object.entries(groups))('each role gets from every route what the table of permissions says: %s', async (_, group) => {
  const before = await database.db.deployRecord.count()
  const lines: string[] = []
  for (const route of group) {
    const statuses = await Promise.all(personNames.map((name) => knock(route, cookies[name])))
    lines.push(`${statuses.join(' ')}  ${route.method} ${route.path.replace('/api/v1', '')}`)
  }
  expect(`${personNames.join(' ')}\n${lines.join('\n')}`).toMatchSnapshot()
  expect(await database.db.deployRecord.count()).toBe(before)
})

test('nobody of another organisation learns that something is there', async () => {
  for (const route of withSession.filter((one) => one.path.includes('{'))) {
    expect([route.path, await knock(route, cookies.stranger)]).toEqual([route.path, 404])
  }
})

test('the signed-out are asked to sign in, and a foreign page may change nothing', async () => {
  for (const route of withSession) {
    expect([route.path, await knock(route, undefined)]).toEqual([route.path, 401])
    if (route.method !== 'GET') expect([route.path, await knock(route, cookies.owner, 'http://evil.example')]).toEqual([route.path, 403])
  }
})

test('routes without a session ask for a token of their own', async () => {
  for (const route of routes.filter((one) => one.access === 'none'))
    expect([route.path, await knock(route, cookies.owner)]).toEqual([route.path, 401])
})

test('what is not as its schema says is refused before anything else', async () => {
  const get = async (path: string) =>
    (await fetch(`${origin}/api/v1/organizations/${world.slug}${path}`, { headers: { cookie: cookies.owner } })).status
  expect(await get('/deploys/0')).toBe(400)
  expect(await get('/deploys?limit=100000')).toBe(400)
  expect(await get('/deploys?after=!!!')).toBe(400)
  expect(await get(`/deploys?kind=${encodeURIComponent("install'--")}`)).toBe(400)
  expect(await get('/applications/shop/services?health=splendid')).toBe(400)
  expect(await get(`/deploys/${names.number}/log?from=-1`)).toBe(400)
  // PostgreSQL has no such character in a text.
  expect(await get('/packages?q=%00')).toBe(400)
})

test('a change may insist on the version seen, and a read is never answered from what was seen before', async () => {
  const address = `${origin}/api/v1/organizations/${world.slug}/deploys/${names.number}`
  const first = await fetch(address, { headers: { cookie: cookies.viewer } })
  const etag = first.headers.get('etag') as string
  expect((await fetch(address, { headers: { cookie: cookies.viewer, 'if-none-match': etag } })).status).toBe(200)
  const pause = (tag: string) => fetch(`${address}/pause`, { method: 'POST', headers: { cookie: cookies.admin, origin, 'if-match': tag } })
  expect((await pause('"999"')).status).toBe(412)
  expect((await pause(etag)).status).toBe(409)
})

test('a token gets from every route no more than its person, and nothing beside its scopes', async () => {
  const edge = await database.db.application.findFirstOrThrow({ where: { slug: 'edge', organizationId: world.id } })
  const { owner, operator } = world.userIds
  const shared = { userId: owner, organizationId: world.id, isShared: true } as const
  const tokens = {
    owner: await buildToken({ userId: owner, scopes: scopeNames }),
    reads: await buildToken({ userId: owner, scopes: ['read'] }),
    publishes: await buildToken({ userId: owner, scopes: ['publish'] }),
    shared: await buildToken({ ...shared, scopes: scopeNames.filter(mayBeShared) }),
    ofWeb: await buildToken({ ...shared, scopes: ['deploy', 'publish'], serviceIds: [names.serviceId ?? ''] }),
    ofEdge: await buildToken({ ...shared, scopes: scopeNames.filter(mayBeShared), applicationId: edge.id }),
    operator: await buildToken({ userId: operator, scopes: ['platform'] }),
    sees: await buildToken({ userId: operator, scopes: ['machines'] }),
  }
  const before = await database.db.deployRecord.count()
  const lines: string[] = []
  for (const route of withSession) {
    const statuses = await Promise.all(Object.values(tokens).map(({ token }) => knock(route, `bearer ${token}`)))
    lines.push(`${statuses.join(' ')}  ${route.method} ${route.path.replace('/api/v1', '')}`)
    const [own, reads, publishes] = statuses
    // What a person alone may, no token may; and what only reads, or only publishes, changes nothing else.
    if (route.takesPerson) expect([route.path, ...new Set(statuses)]).toEqual([route.path, 403])
    if (own === 401 || (!isRead(route) && reads !== 404)) expect([route.path, reads]).toEqual([route.path, 403])
    if (!isRead(route) && !/\/(packages|programs)\b/.test(route.path) && publishes !== 404)
      expect([route.path, publishes]).toEqual([route.path, 403])
  }
  expect(`${Object.keys(tokens).join(' ')}\n${lines.join('\n')}`).toMatchSnapshot()
  expect(await database.db.deployRecord.count()).toBe(before)
})

/** What a program gets for it: the status, and of a refusal the code. */
async function send({ as, method, address, type, body }: Omit<Recorded, 'status' | 'code'>): Promise<Pick<Recorded, 'status' | 'code'>> {
  const answer = await fetch(origin + address, {
    method,
    headers: { cookie: cookies[as], origin, ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }) },
    ...(body === undefined ? {} : { body: type ? String(body) : JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, ...(answer.ok ? {} : { code: (JSON.parse(text) as { code: string }).code }) }
}

/** The first of these people whom the route knows, and what they get. */
async function record(route: (typeof routes)[number]): Promise<Recorded> {
  const { address, type, body } = knockAt(route)
  const ask = { method: route.method, route: route.path, address, ...(type ? { type } : {}), ...(body ? { body: body(names) } : {}) }
  const got: Recorded[] = []
  for (const as of ['owner', 'operator'] as const) got.push({ as, ...ask, ...(await send({ as, ...ask })) })
  return got.find((one) => one.status !== 404) ?? (got[0] as Recorded)
}

test('requests that programs sent once are answered as they were', async () => {
  const recorded = readRecorded()
  for (const one of recorded) {
    const { status, code, ...ask } = inWorld(names, one)
    expect([one.method, one.address, await send(ask)]).toEqual([one.method, one.address, { status, ...(code ? { code } : {}) }])
  }
  const missing = withSession.filter(({ method, path }) => !recorded.some((one) => one.method === method && one.route === path))
  keepRecorded(names, await Promise.all(missing.map(record)))
  expect(
    missing.map(({ method, path }) => `${method} ${path}`),
    'recorded anew: look at recorded-requests.jsonl, and keep it',
  ).toEqual([])
})

test('every answer that was given here, to whomever, is as the document says', () => {
  expect([...strange]).toEqual([])
})
