import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { setEnv } from '@/lib/env'
import { pace } from '@/lib/pace'
import { documentedReceiver } from '@/lib/testing/documented-receiver'
import { hearAll } from '@/lib/testing/hear-all'
import { SmallWorld } from '@/lib/testing/small-world'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { createWebhook, redeliver, switchWebhook } from './keep-webhook'
import { listNotices } from './list-notices'
import { listWebhooks } from './list-webhooks'
import { deliveriesSent, sendDeliveries } from './send-deliveries'

interface Heard {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

let database: TestDatabase
let small: SmallWorld
let organization: string
const servers: Server[] = []

beforeAll(async () => {
  database = await testDatabase()
  setEnv({ PUBLIC_URL: 'https://tengen.example', OUTGOING_ALLOW: '127.0.0.1' })
})
afterAll(async () => {
  for (const server of servers) server.close()
  for (const server of servers) server.closeAllConnections()
  setEnv({ PUBLIC_URL: undefined, OUTGOING_ALLOW: undefined })
  await database.dispose()
})
beforeEach(async () => {
  await database.empty()
  small = await SmallWorld.make()
  organization = (await db.organization.findUniqueOrThrow({ where: { id: small.world.organizationId } })).slug
})

/** A receiver; `answer` is a status, or null = it never answers; `location` is where it sends one on. */
async function receiver(answer: () => number | null, location?: string): Promise<{ url: string; heard: Heard[] }> {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      heard.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
      const status = answer()
      if (status !== null) response.writeHead(status, location ? { location } : {}).end()
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard }
}

test('a webhook gets what is signed, again until it takes it, and one that never answers delays nobody', async () => {
  const admin = await small.person('admin')
  let status = 500
  const good = await receiver(() => status)
  const silent = await receiver(() => null)
  await createWebhook(admin, { organization, name: 'silent', url: silent.url, kinds: [] })
  const { secret } = await createWebhook(admin, { organization, name: 'chat', url: good.url, kinds: ['approval_asked'] })
  await createWebhook(admin, { organization, name: 'inside', url: 'http://169.254.169.254/latest', kinds: [] })
  const elsewhere = await receiver(() => 204)
  const leading = await receiver(() => 307, elsewhere.url)
  await createWebhook(admin, { organization, name: 'leading', url: leading.url, kinds: [] })
  await expect(createWebhook(await small.person('dev'), { organization, name: 'x', url: good.url, kinds: [] })).rejects.toMatchObject({
    code: 'forbidden',
  })
  expect(JSON.stringify(await listWebhooks(admin, { organization }))).not.toContain(secret)
  await small.requestInstall()
  await hearAll()
  await sendDeliveries()
  await expect.poll(() => good.heard.length).toBe(1)
  await expect.poll(async () => (await db.webhook.findFirstOrThrow({ where: { name: 'chat' } })).failures).toBe(1)
  status = 204
  clock.advance(pace('sendAgain') + 1)
  await sendDeliveries()
  await expect
    .poll(async () => (await db.webhookDelivery.findFirstOrThrow({ where: { webhook: { name: 'chat' } } })).state)
    .toBe('delivered')
  const [first, second] = good.heard
  expect(second?.body).toBe(first?.body)
  expect(JSON.parse(second?.body ?? '')).toMatchObject({
    kind: 'approval_asked',
    number: 1,
    link: `https://tengen.example/o/${organization}/deploys/1`,
  })
  const timestamp = String(second?.headers['tengen-timestamp'])
  const isOurs = await documentedReceiver()
  expect(isOurs(secret, second?.headers ?? {}, second?.body ?? '')).toBe(true)
  expect(isOurs(secret, { ...second?.headers, 'tengen-timestamp': `${Number(timestamp) + 1}` }, second?.body ?? '')).toBe(false)
  expect(await db.webhookDelivery.findFirstOrThrow({ where: { webhook: { name: 'inside' } } })).toMatchObject({
    status: null,
    error: expect.any(String),
  })
  // What is signed for one address is given to no other, wherever that one leads.
  await expect
    .poll(() => db.webhookDelivery.findFirstOrThrow({ where: { webhook: { name: 'leading' } } }))
    .toMatchObject({ status: 307, state: 'waiting' })
  expect(elsewhere.heard).toEqual([])
  const { items } = await listWebhooks(admin, { organization })
  const chat = items.find((one) => one.name === 'chat')
  await redeliver(admin, { organization, id: chat?.id ?? '', deliveryId: chat?.deliveries[0]?.id ?? '' })
  await sendDeliveries()
  await expect.poll(() => good.heard.length).toBe(3)
  expect(good.heard[2]?.headers['tengen-delivery']).toBe(first?.headers['tengen-delivery'])
  expect((await db.webhookDelivery.findFirstOrThrow({ where: { webhook: { name: 'silent' } } })).state).toBe('waiting')
  for (const server of servers) server.closeAllConnections()
  await deliveriesSent()
})

test('where nobody listens any more it is switched off, and its admins hear of it', async () => {
  const admin = await small.person('admin')
  const dead = await receiver(() => 410)
  const { id } = await createWebhook(admin, { organization, name: 'old', url: dead.url, kinds: [] })
  await small.requestInstall()
  await hearAll()
  await db.webhook.update({ where: { id }, data: { failures: 11 } })
  await sendDeliveries()
  await deliveriesSent()
  expect(await db.webhook.findUniqueOrThrow({ where: { id } })).toMatchObject({ disabledAt: expect.any(Date), disabledBy: null })
  await hearAll()
  expect((await listNotices(admin, {})).items.map(({ kind }) => kind)).toContain('webhook_disabled')
  expect(await sendDeliveries()).toBe(0)
  await switchWebhook(admin, { organization, id, isOn: true })
  expect(await sendDeliveries()).toBe(1)
  await deliveriesSent()
  expect(dead.heard).toHaveLength(2)
})

test('what a webhook was sent is read a page at a time, newest first and back again; the list shows the last of each', async () => {
  const admin = await small.person('admin')
  const { id: webhook } = await createWebhook(admin, { organization, name: 'long', url: 'https://hooks.example.org', kinds: [] })
  // Two of one moment each: the order within it holds as well.
  const at = (n: number) => new Date(clock.nowMs() - Math.floor(n / 2) * 1000)
  const sent = { webhookId: webhook, kind: 'deploy_failed', body: '{}', state: 'delivered', nextAt: clock.now() } as const
  await db.webhookDelivery.createMany({ data: [...'abcdefg'].map((id, n) => ({ ...sent, id, eventId: BigInt(n), createdAt: at(n) })) })
  const ask = async (more: object) => {
    const { items, ...turns } = await listWebhooks(admin, { organization, ...more })
    const one = items.find(({ id }) => id === webhook)
    return { ids: one?.deliveries.map(({ id }) => id).join(''), hasMore: one?.hasMore, count: items.length, ...turns }
  }
  const first = await ask({ webhook, limit: 3 })
  expect(first).toMatchObject({ ids: 'bad', hasMore: true, count: 1, previous: null })
  const second = await ask({ webhook, limit: 3, after: first.next })
  expect(second).toMatchObject({ ids: 'cfe' })
  expect(await ask({ webhook, limit: 3, after: second.next })).toMatchObject({ ids: 'g', hasMore: false, next: null })
  expect(await ask({ webhook, limit: 3, before: second.previous })).toMatchObject({ ids: 'bad', previous: null })
  expect(await ask({ limit: 5 })).toMatchObject({ ids: 'badcf', hasMore: true, next: null, previous: null })
  await expect(ask({ webhook: 'gone' })).rejects.toMatchObject({ code: 'not_found' })
})

test('one organisation’s webhooks that never answer leave room for those of others', async () => {
  const admin = await small.person('admin')
  const silent = await receiver(() => null)
  for (let n = 0; n < 7; n++) await createWebhook(admin, { organization, name: `silent ${n}`, url: silent.url, kinds: [] })
  await small.requestInstall()
  await hearAll()
  expect([await sendDeliveries(), await sendDeliveries()]).toEqual([5, 0])
  await expect.poll(() => silent.heard.length).toBe(5)
  for (const server of servers) server.closeAllConnections()
  await deliveriesSent()
})
