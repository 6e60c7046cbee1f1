import { afterAll, beforeAll, expect, test } from 'vitest'
import { Gateway } from '@/gateway/server'
import { authorizeTopic } from '@/lib/auth/authorize-topic'
import { closeBus } from '@/lib/bus/bus'
import { setEnv } from '@/lib/env'
import { hashToken, newToken } from '@/lib/ids'
import { type BuiltOrganization, buildOrganization, type PersonName, personNames } from '@/lib/testing/build-organization'
import { buildExternal, buildGroup, buildOffer, buildPackage, buildService, change, settle } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { createVariable } from '@/lib/variables/create-variable'
import { routes } from './routes'

let database: TestDatabase
let world: BuiltOrganization
let gateway: Gateway
let origin: string
const cookies = {} as Record<PersonName, string>
const names: Record<string, string> = {}

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  const pkg = await buildPackage(['1.0.0', '2.0.0'], { organizationId: world.id })
  await database.db.packageVersion.update({ where: { id: pkg.versions['2.0.0'] }, data: { state: 'suspended' } })
  const web = await buildService(world, pkg)
  // What a service takes is neither added again nor removed.
  await createVariable(await world.person('admin'), {
    organization: world.slug,
    application: 'shop',
    environment: 'production',
    name: 'TAKEN',
    value: 'x',
  })
  await settle(world, (await change(world, web, { kind: 'configure', variables: ['TAKEN'] })).recordId)
  const scaled = await change(world, web, { kind: 'scale', counts: { [web.placementId]: 1 } })
  await settle(world, scaled.recordId)
  const machine = await database.db.machine.findUniqueOrThrow({ where: { id: world.machines.test[0] } })
  const decided = await database.db.ledger.create({ data: { kind: 'unit', what: 'one', why: 'for the test', closedAt: new Date() } })
  const task = await database.db.task.findFirstOrThrow({ where: { recordId: scaled.recordId } })
  // What a command printed, in the organisation and on the platform; the same number leads to both.
  await database.db.task.updateMany({ where: { recordId: scaled.recordId }, data: { outputDigest: '0'.repeat(64) } })
  await database.db.deployRecord.create({
    data: {
      number: scaled.number,
      serviceName: 'machines',
      environment: 'test',
      kind: 'command',
      state: 'succeeded',
      request: {},
      endedAt: new Date(),
      tasks: {
        create: {
          index: 0,
          layer: 1,
          targetId: 'none',
          verb: 'run',
          dependsOn: [],
          expect: {},
          timeoutMs: 1,
          outputDigest: '0'.repeat(64),
        },
      },
    },
  })
  const ended = await database.db.joinToken.create({
    data: { runtimeId: world.runtimes.test, tokenHash: 'ended', expires: new Date(), uses: 1 },
  })
  setEnv({ AGENT_FILE: import.meta.filename })
  const outside = await buildExternal(world, web)
  const offer = await buildOffer(world, web)
  const taken = await buildGroup(world, web)
  Object.assign(names, {
    record: task.recordId,
    task: task.id,
    org: world.slug,
    package: pkg.name,
    version: pkg.versions['1.0.0'],
    number: String(scaled.number),
    stage: web.stageId,
    outside: outside.id,
    machine: machine.name,
    terminal: (
      await database.db.terminal.create({
        data: {
          organizationId: world.id,
          applicationId: (await database.db.service.findUniqueOrThrow({ where: { id: web.serviceId } })).applicationId,
          serviceId: web.serviceId,
          stageId: web.stageId,
          environment: 'production',
          unitId: 'gone',
          unitName: 'web/0',
          machineId: machine.id,
          userId: world.userIds.admin,
          cols: 80,
          rows: 24,
          endedAt: new Date(),
        },
      })
    ).id,
    unit: (await database.db.unit.findFirstOrThrow({ where: { stageId: web.stageId } })).id,
    line: decided.id,
    offer: offer.id,
    group: taken.name,
    joinToken: ended.id,
    runtime: world.runtimes.test,
    pool: (await database.db.runtime.findUniqueOrThrow({ where: { id: world.runtimes.test } })).name,
  })
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

interface Knock {
  /** `{}` parts of the route's path, where they differ from the usual. */
  readonly path?: Record<string, string>
  readonly query?: string
  readonly body?: () => unknown
  readonly type?: string
}

const change_ = () => ({ stageId: names.stage, kind: 'restart', expectedHash: 'another' })
const service = () => ({ name: 'fresh', packageVersionId: names.version, runtimeId: names.runtime, count: 1, expectedHash: 'another' })
const stage = () => ({ runtimeId: names.runtime, packageVersionId: names.version, count: 1, expectedHash: 'another' })
const value = { value: 'x' }
const command = () => ({ environment: 'production', argv: ['id'] })
const planHash = 'f'.repeat(64)
const another = () => ({ expectedHash: 'another' })
const external = () => ({ environment: 'test', name: 'outside', interface: 'redis', endpoints: [{ address: 'redis', port: 6379 }] })

const newGroup = () => ({ name: 'taken', runtimeId: names.runtime, members: [{ name: 'fresh', packageVersionId: names.version }] })
const groupChange = () => ({ environment: 'test', kind: 'restart' })
const lent = () => ({ environment: 'production', service: 'web', interface: 'nothing', to: 'edge' })

/** How each route is knocked at. Writes are such that whoever may gets a refusal of the rules (409, 422) and changes nothing. */
const knocks: Record<string, Knock> = {
  'GET /api/v1/organizations/{org}/find': { query: 'q=web' },
  'GET /api/v1/organizations/{org}/applications/{app}/services/{service}/usage': { query: 'environment=production' },
  'GET /api/v1/organizations/{org}/applications/{app}/new-service': { query: 'package=$package' },
  'GET /api/v1/organizations/{org}/deploys/{number}/log/search': { query: 'q=web' },
  'GET /api/v1/organizations/{org}/packages/{name}': { path: { name: 'package' } },
  'POST /api/v1/organizations/{org}/applications/{app}/services': { body: service },
  'POST /api/v1/organizations/{org}/applications/{app}/services/preview': { body: service },
  'PUT /api/v1/organizations/{org}/applications/{app}/services/{service}/relations': {
    body: () => ({ environment: 'production', relations: { nothing: [] } }),
  },
  'POST /api/v1/organizations/{org}/applications/{app}/external-services': { body: external },
  'DELETE /api/v1/organizations/{org}/applications/{app}/external-services/{external}': { path: { external: 'outside' } },
  'GET /api/v1/organizations/{org}/applications/{app}/groups': { query: 'environment=test' },
  'POST /api/v1/organizations/{org}/applications/{app}/groups': { body: newGroup },
  'POST /api/v1/organizations/{org}/applications/{app}/groups/preview': { body: newGroup },
  'POST /api/v1/organizations/{org}/applications/{app}/groups/{group}/changes': { path: { group: 'group' }, body: groupChange },
  'POST /api/v1/organizations/{org}/applications/{app}/groups/{group}/changes/preview': { path: { group: 'group' }, body: groupChange },
  'GET /api/v1/organizations/{org}/applications/{app}/relation-offers': { query: 'environment=test' },
  'POST /api/v1/organizations/{org}/applications/{app}/relation-offers': { body: lent },
  'POST /api/v1/organizations/{org}/applications/{app}/relation-offers/{offer}/accept': { path: { offer: 'offer' } },
  'DELETE /api/v1/organizations/{org}/applications/{app}/relation-offers/{offer}': { path: { offer: 'offer' } },
  'POST /api/v1/organizations/{org}/applications/{app}/services/{service}/stages': { body: stage },
  'POST /api/v1/organizations/{org}/applications/{app}/services/{service}/stages/preview': { body: stage },
  'POST /api/v1/organizations/{org}/applications/{app}/variables': { body: () => ({ environment: 'production', name: 'TAKEN', ...value }) },
  'POST /api/v1/organizations/{org}/applications/{app}/variables/{environment}/{name}/rotate': {
    path: { name: '=TAKEN' },
    body: () => ({ ...value, seenVersion: 9 }),
  },
  'DELETE /api/v1/organizations/{org}/applications/{app}/variables/{environment}/{name}': { path: { name: '=TAKEN' } },
  'POST /api/v1/organizations/{org}/deploys': { body: change_ },
  'POST /api/v1/organizations/{org}/deploys/preview': { body: change_ },
  'POST /api/v1/organizations/{org}/deploys/{number}/approve': { body: () => ({ planHash }) },
  'POST /api/v1/organizations/{org}/deploys/{number}/reject': { body: () => ({ reason: 'no' }) },
  'POST /api/v1/organizations/{org}/deploys/{number}/override': { body: () => ({ planHash, reason: 'the shop is down' }) },
  'POST /api/v1/organizations/{org}/deploys/{number}/retry': { body: another },
  'POST /api/v1/organizations/{org}/deploys/{number}/roll-back': { body: another },
  'POST /api/v1/organizations/{org}/deploys/{number}/cancel-and-roll-back': { body: another },
  'POST /api/v1/organizations/{org}/deploys/{number}/accept': { body: another },
  'POST /api/v1/organizations/{org}/packages': { body: () => 'no archive', type: 'application/gzip' },
  'POST /api/v1/organizations/{org}/packages/{name}/versions/{version}/suspend': { path: { name: 'package', version: '=2.0.0' } },
  'POST /api/v1/organizations/{org}/packages/{name}/versions/{version}/resume': { path: { name: 'package', version: '=1.0.0' } },
  'POST /api/v1/organizations/{org}/packages/{name}/versions/{version}/delete': { path: { name: 'package', version: '=1.0.0' } },
  'GET /api/v1/organizations/{org}/applications/{app}/services/{service}/terminals': { query: 'environment=production' },
  'POST /api/v1/organizations/{org}/applications/{app}/services/{service}/terminals': { body: () => ({ unitId: names.unit }) },
  'POST /api/v1/organizations/{org}/applications/{app}/services/{service}/commands': { body: command },
  'POST /api/v1/organizations/{org}/applications/{app}/services/{service}/commands/preview': { body: command },
  'POST /api/v1/platform/commands': { body: () => ({ machines: [names.machine], argv: ['id'] }) },
  'POST /api/v1/platform/commands/preview': { body: () => ({ machines: [names.machine], argv: ['id'] }) },
  'POST /api/v1/platform/agent-updates': { body: () => ({ pool: names.pool }) },
  'POST /api/v1/platform/agent-updates/preview': { body: () => ({ pool: names.pool }) },
  'POST /api/v1/machines/{name}/acts/{act}': { body: () => ({}) },
  'POST /api/v1/machines/{name}/cares/{care}': { body: () => ({}) },
  'GET /api/v1/organizations/{org}/applications/{app}/services/{service}/units/{unit}/files/text': { query: 'path=a' },
  'GET /api/v1/organizations/{org}/applications/{app}/services/{service}/units/{unit}/files/content': { query: 'path=a' },
  'PUT /api/v1/organizations/{org}/applications/{app}/services/{service}/units/{unit}/files/content': {
    query: 'path=a',
    body: () => 'x',
    type: 'application/octet-stream',
  },
  'GET /api/v1/pools/{name}': { path: { name: 'pool' } },
  'PUT /api/v1/pools/{name}/init-policies': { path: { name: 'pool' }, body: () => ({ revision: 99, policies: [] }) },
  'POST /api/v1/join-tokens': { body: () => ({ pool: 'test', hub: 'https://hub', machineName: 'one', maxUses: 2 }) },
  'POST /api/v1/join-tokens/{id}/revoke': { path: { id: 'joinToken' } },
  'POST /api/v1/ledger/{line}/acts/{act}': { path: { act: '=forget' }, body: () => ({}) },
  'POST /api/v1/callbacks/{recordId}/{taskId}/{attempt}': { body: () => ({ seq: 1, done: { ok: true } }) },
}

const usual: Record<string, string> = {
  app: '=shop',
  service: '=web',
  environment: '=production',
  name: 'machine',
  act: '=return',
  care: '=end_drain',
  runtimeId: 'runtime',
  policyId: '=gone',
  digest: `=${'0'.repeat(64)}`,
  recordId: 'record',
  taskId: 'task',
  attempt: '=1',
  index: '=0',
}
/** `=x` is the text itself; anything else is the name of something in the world. */
const textOf = (value: string): string => (value.startsWith('=') ? value.slice(1) : (names[value] ?? value))

function addressOf(route: (typeof routes)[number], { path = {}, query }: Knock): string {
  const filled = route.path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(textOf(path[key] ?? usual[key] ?? key)))
  return origin + filled + (query ? `?${query.replace(/\$(\w+)/g, (_, key: string) => textOf(key))}` : '')
}

async function knock(route: (typeof routes)[number], cookie: string | undefined, from = origin): Promise<number> {
  const how = knocks[`${route.method} ${route.path}`] ?? {}
  const body = how.body?.()
  const answer = await fetch(addressOf(route, how), {
    method: route.method,
    headers: {
      ...(cookie ? { cookie } : {}),
      ...(route.method === 'GET' ? {} : { origin: from }),
      ...(body === undefined ? {} : { 'content-type': how.type ?? 'application/json' }),
    },
    ...(body === undefined ? {} : { body: how.type ? String(body) : JSON.stringify(body) }),
  })
  await answer.arrayBuffer()
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
