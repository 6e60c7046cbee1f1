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
import { moveMachine } from '@/lib/machines/move-machine'
import { remindExpiry } from '@/lib/machines/remind-expiry'
import { watchLosses } from '@/lib/machines/watch-losses'
import { pace } from '@/lib/pace'
import { hearAll } from '@/lib/testing/hear-all'
import { SmallWorld } from '@/lib/testing/small-world'
import { startSmtp } from '@/lib/testing/smtp-server.mjs'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { listNotices, readNotices, setNoticeWays } from './list-notices'
import { closeMail, sendMails } from './send-mails'
import { platformKinds } from './views'

let database: TestDatabase
let small: SmallWorld
let organization: string
let smtp: Awaited<ReturnType<typeof startSmtp>>

beforeAll(async () => {
  database = await testDatabase()
  smtp = await startSmtp()
  setEnv({ SMTP_URL: smtp.url, PUBLIC_URL: 'https://tengen.example', OUTGOING_ALLOW: '127.0.0.1' })
})
afterAll(async () => {
  closeMail()
  await smtp.stop()
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

const kindsOf = async (name: 'dev' | 'admin' | 'second') => (await listNotices(await small.person(name), {})).items.map((one) => one.kind)

const subjectOf = (source: string): string => /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(source)?.[1]?.replace(/\r\n[ \t]/g, ' ') ?? ''
const idOf = (source: string): string => /^Message-ID: (.*)$/im.exec(source)?.[1]?.trim() ?? ''

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

test('admins hear of what somebody changed in a cluster, with the way to the service', async () => {
  const { id, name, organizationId } = await db.service.findFirstOrThrow({ where: { organizationId: small.world.organizationId } })
  const event = { name: 'service.changed_outside', organizationId, data: { service: name, environment: 'test' } } as const
  await transaction((tx) => writeEvent(tx, systemActor('observer'), { ...event, subject: { kind: 'service', id } }))
  await hearAll()
  const [notice] = (await listNotices(await small.person('admin'), {})).items
  expect([notice?.href.endsWith(`/services/${name}?environment=test`), await kindsOf('dev')]).toEqual([true, []])
})

test('operators hear of machines in trouble or near their end and of pools that rest, as they want to; nobody else does', async () => {
  await db.user.update({ where: { id: small.world.people.second }, data: { isOperator: true } })
  const operator = await small.person('second')
  const machines = await db.machine.findMany({ where: { runtime: { environment: 'production' } }, include: { runtime: true } })
  const [ends, faulty] = machines
  if (!ends || !faulty) throw new Error('There are too few machines.')
  await db.machine.update({ where: { id: ends.id }, data: { expiresAt: new Date(clock.nowMs() + 6.5 * 24 * 3_600_000) } })
  await remindExpiry()
  await transaction((tx) =>
    moveMachine(tx, systemActor('sweep:watch-machines'), faulty, 'report_fault', { stateReason: 'fault_not_heard' }),
  )
  await db.machine.updateMany({ where: { runtimeId: ends.runtimeId }, data: { heardAt: new Date(clock.nowMs() - 3_600_000) } })
  const heard = { id: 'gateway', kind: 'gateway', heardAt: clock.now(), startedAt: new Date(clock.nowMs() - 3_600_000) }
  await db.processHeartbeat.create({ data: heard })
  await watchLosses()
  await hearAll()
  const { items, platform, settings } = await listNotices(operator, {})
  expect(items.map(({ kind, href, values }) => [kind, href, values.what, values.count])).toEqual([
    ['automation_rests', `/platform/pools/${ends.runtime.name}`, ends.runtime.name, machines.length],
    ['machine_fault', `/platform/machines/${faulty.name}`, faulty.name, undefined],
    ['machine_ends', `/platform/machines/${ends.name}`, ends.name, 7],
  ])
  expect(await kindsOf('admin')).toEqual([])
  const kinds = settings.flatMap(({ ways }) => ways.map(({ kind }) => kind))
  expect([platform?.map(({ kind }) => kind), kinds.includes('machine_fault')]).toEqual([[...platformKinds], false])
  const off = { organization: null, ways: { machine_ends: { portal: false, mail: 'off' } } } as const
  await expect(setNoticeWays(await small.person('admin'), off)).rejects.toMatchObject({ code: 'not_found' })
  await setNoticeWays(operator, off)
  await db.machine.update({ where: { id: ends.id }, data: { expiresAt: new Date(clock.nowMs() + 20 * 3_600_000) } })
  await remindExpiry()
  await hearAll()
  expect((await listNotices(operator, {})).items).toHaveLength(3)
})

test('admins hear that a certificate ends, with the way to the route', async () => {
  const { organizationId } = small.world
  const { applicationId, packageId } = await db.service.findFirstOrThrow({ where: { organizationId } })
  const { id } = await db.service.create({ data: { organizationId, applicationId, packageId, name: 'a.example', isRoute: true } })
  const data = { host: 'a.example', environment: 'test', left: 7 }
  const event = { name: 'route.certificate_expires_soon', organizationId, data, subject: { kind: 'service', id } } as const
  await transaction((tx) => writeEvent(tx, systemActor('sweep'), event))
  await hearAll()
  const [notice] = (await listNotices(await small.person('admin'), {})).items
  expect(notice).toMatchObject({ kind: 'certificate_ends', values: { what: 'a.example', count: 7 } })
  expect(notice?.href).toMatch(/\/routes\/a\.example\?environment=test$/)
})
