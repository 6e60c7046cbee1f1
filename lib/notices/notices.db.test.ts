import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { approveDeploy } from '@/lib/deploys/approve-deploy'
import { commentDeploy } from '@/lib/deploys/comment-deploy'
import { overrideApproval } from '@/lib/deploys/override-approval'
import { rejectDeploy } from '@/lib/deploys/reject-deploy'
import { setEnv } from '@/lib/env'
import { writeEvent } from '@/lib/events/write-event'
import { pace } from '@/lib/pace'
import { documentedReceiver } from '@/lib/testing/documented-receiver'
import { SmallWorld } from '@/lib/testing/small-world'
import { startSmtp } from '@/lib/testing/smtp-server.mjs'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { createWebhook, redeliver, switchWebhook } from './keep-webhook'
import { listNotices, readNotices, setNoticeWays } from './list-notices'
import { listWebhooks } from './list-webhooks'
import { makeNotices } from './make-notices'
import { deliveriesSent, sendDeliveries } from './send-deliveries'
import { closeMail, sendMails } from './send-mails'

interface Heard {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

let database: TestDatabase
let small: SmallWorld
let organization: string
let smtp: Awaited<ReturnType<typeof startSmtp>>
const servers: Server[] = []

beforeAll(async () => {
  database = await testDatabase()
  smtp = await startSmtp()
  setEnv({ SMTP_URL: smtp.url, PUBLIC_URL: 'https://tengen.example', OUTGOING_ALLOW: '127.0.0.1' })
})
afterAll(async () => {
  closeMail()
  await smtp.stop()
  for (const server of servers) server.close()
  for (const server of servers) server.closeAllConnections()
  setEnv({ SMTP_URL: undefined, PUBLIC_URL: undefined, OUTGOING_ALLOW: undefined })
  await database.dispose()
})
beforeEach(async () => {
  await database.empty()
  small = await SmallWorld.make()
  smtp.mails.length = 0
  smtp.refuse.clear()
  organization = (await db.organization.findUniqueOrThrow({ where: { id: small.world.organizationId } })).slug
})

/** Whoever else uses this PostgreSQL may hold up what is looked at for a moment. */
const hearAll = () =>
  expect
    .poll(async () => {
      await makeNotices()
      const [left] = await db.$queryRaw<{ n: bigint }[]>`
        select count(*) as n from journal.event e join "NoticeCursor" c on (e.lineage, e.xact) >= (c.lineage, c.upto::xid8)`
      return Number(left?.n)
    })
    .toBe(0)

const kindsOf = async (name: 'dev' | 'admin' | 'second') => (await listNotices(await small.person(name), {})).items.map((one) => one.kind)

const subjectOf = (source: string): string => /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(source)?.[1]?.replace(/\r\n[ \t]/g, ' ') ?? ''
const idOf = (source: string): string => /^Message-ID: (.*)$/im.exec(source)?.[1]?.trim() ?? ''

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

test('each hears what concerns them, once, and never what they did themselves', async () => {
  const recordId = await small.requestInstall()
  await hearAll()
  await hearAll()
  const all = [await kindsOf('admin'), await kindsOf('second'), await kindsOf('dev')]
  expect(all).toEqual([['approval_asked'], ['approval_asked'], []])
  await db.$executeRaw`update "NoticeCursor" set lineage = 0, upto = '0'`
  await hearAll()
  expect(await kindsOf('admin')).toEqual(['approval_asked'])
  await db.member.updateMany({ where: { userId: small.world.people.second }, data: { role: 'owner' } })
  const planHash = await small.hashOf(recordId)
  await overrideApproval(await small.person('admin'), { recordId, planHash, reason: 'the shop is down' })
  await commentDeploy(await small.person('dev'), { recordId, text: 'thank you' })
  await hearAll()
  expect(await kindsOf('dev')).toEqual(['deploy_overridden'])
  expect(await kindsOf('second')).toEqual(['deploy_overridden', 'approval_asked'])
  expect(await kindsOf('admin')).toEqual(['deploy_commented', 'approval_asked'])
  // It is decided: nobody has to look at what was asked any more.
  expect((await listNotices(await small.person('second'), {})).unread).toBe(1)
  const admin = await small.person('admin')
  const { items, unread } = await listNotices(admin, {})
  expect([unread, items[0]?.href]).toEqual([1, expect.stringMatching(/^\/o\/.*\/deploys\/1$/)])
  await readNotices(await small.person('dev'), {})
  expect((await listNotices(admin, {})).unread).toBe(1)
  await readNotices(admin, { ids: [items[0]?.id ?? ''] })
  expect((await listNotices(admin, {})).unread).toBe(0)
})

test('who wants to hear otherwise does: off at the bell, by mail in an hour', async () => {
  const admin = await small.person('admin')
  await setNoticeWays(admin, { organization, ways: { approval_asked: { portal: false, mail: 'hourly' } }, locale: 'zh' })
  await small.requestInstall()
  await hearAll()
  expect(await kindsOf('admin')).toEqual([])
  await sendMails()
  expect(smtp.mails.map((mail) => mail.to[0])).toEqual([expect.stringContaining('second')])
  clock.advance(3_600_000)
  await sendMails()
  expect(smtp.mails[1]).toMatchObject({ to: [expect.stringContaining('admin')] })
  expect(subjectOf(smtp.mails[1]?.source ?? '')).toMatch(/^=\?UTF-8\?/)
})

test('a mail says what and where, and one whose sender died goes again as the same mail', async () => {
  const recordId = await small.requestInstall()
  await hearAll()
  await sendMails()
  expect(smtp.mails).toHaveLength(2)
  const source = smtp.mails[0]?.source ?? ''
  expect(subjectOf(source)).toMatch(/web in Production waits for your approval \(#1\)/)
  expect(source.replace(/=\r\n/g, '')).toContain(`https://tengen.example/o/${organization}/deploys/1`)
  await db.notice.updateMany({ data: { mailedAt: null } })
  await sendMails()
  expect(smtp.mails.map((mail) => idOf(mail.source)).sort()).toEqual(
    [...new Set(smtp.mails.map((mail) => idOf(mail.source)))].flatMap((id) => [id, id]).sort(),
  )
  await sendMails()
  expect(smtp.mails).toHaveLength(4)
  await rejectDeploy(await small.person('admin'), { recordId, reason: 'not\r\nBcc: evil@example.com' })
  await hearAll()
  await sendMails()
  expect(smtp.mails[4]).toMatchObject({ to: [expect.stringContaining('dev')] })
  expect(smtp.mails[4]?.source.split('\r\n\r\n')[0]).not.toMatch(/^Bcc/im)
})

test('a mail that is put off is tried again, one that is refused for good is not, and a flood becomes one mail', async () => {
  const email = async (name: 'admin' | 'second') => (await db.user.findUniqueOrThrow({ where: { id: small.world.people[name] } })).email
  smtp.refuse.set(await email('admin'), 452)
  smtp.refuse.set(await email('second'), 550)
  const recordId = await small.requestInstall()
  await hearAll()
  await sendMails()
  smtp.refuse.clear()
  clock.advance(pace('sendAgain') + 1)
  await sendMails()
  expect(smtp.mails.map((mail) => mail.to[0])).toEqual([await email('admin')])
  expect(await db.notice.findFirst({ where: { userId: small.world.people.second } })).toMatchObject({
    mailDueAt: null,
    mailError: expect.stringContaining('550'),
  })
  await setNoticeWays(await small.person('admin'), { organization, ways: { deploy_commented: { portal: true, mail: 'at_once' } } })
  await approveDeploy(await small.person('admin'), { recordId, planHash: await small.hashOf(recordId) })
  for (let n = 0; n < 12; n++) {
    await commentDeploy(await small.person('dev'), { recordId, text: `word ${n}` })
    await hearAll()
    await sendMails()
  }
  const before = smtp.mails.length
  expect(before).toBe(5)
  clock.advance(pace('mailFlood') + 1)
  await sendMails()
  expect(smtp.mails).toHaveLength(before + 1)
  expect(subjectOf(smtp.mails.at(-1)?.source ?? '')).toBe('8 notices from Tengen')
})

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

test('admins hear of what somebody changed in a cluster, with the way to the service', async () => {
  const { id, name, organizationId } = await db.service.findFirstOrThrow({ where: { organizationId: small.world.organizationId } })
  const event = { name: 'service.changed_outside', organizationId, data: { service: name, environment: 'test' } } as const
  await transaction((tx) => writeEvent(tx, systemActor('observer'), { ...event, subject: { kind: 'service', id } }))
  await hearAll()
  const [notice] = (await listNotices(await small.person('admin'), {})).items
  expect([notice?.href.endsWith(`/services/${name}?environment=test`), await kindsOf('dev')]).toEqual([true, []])
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
  expect(await kindsOf('admin')).toContain('webhook_disabled')
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
