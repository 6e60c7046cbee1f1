import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { db } from '@/lib/db/client'
import type { DeployRecord, Prisma } from '@/lib/db/generated/client'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { env } from '@/lib/env'
import { tellLive } from '@/lib/events/write-event'
import { paths } from '@/lib/paths'
import { type HeardEvent, takeEvents } from './heard-event'
import { mailDueAt } from './mail-due'
import { kindOf, noticeTable, settlesApproval } from './notice-table'
import { orderDeliveries } from './order-deliveries'
import { type NoticeKind, type NoticeValues, platformKinds } from './views'
import { wayOf } from './ways'
import { whoHears } from './who-hears'

/** What an event says, before anybody hears it. */
export interface Said {
  readonly event: HeardEvent
  readonly kind: NoticeKind
  readonly record: DeployRecord | null
  readonly href: string
  readonly values: NoticeValues
}

/**
 * Makes of events what people hear, and what goes to webhooks. The cursor moves in the same transaction, and a notice is one for a
 * person and an event: twice, late or after a crash comes to the same.
 */
export async function makeNotices(): Promise<number> {
  return transaction(async (tx) => {
    const events = await takeEvents(tx)
    let made = 0
    for (const event of events) {
      if (settlesApproval(event.name)) await settle(tx, event)
      const said = await sayOf(event)
      if (!said) continue
      made += await tellPeople(tx, said)
      await orderDeliveries(tx, said)
    }
    return made
  })
}

/** What was asked of people is decided: they need not look any more, and no mail calls them. */
async function settle(tx: Tx, { subjectId, organizationId }: HeardEvent): Promise<void> {
  const [record, organization] = [
    await tx.deployRecord.findUnique({ where: { id: subjectId }, select: { number: true, state: true } }),
    organizationId ? await tx.organization.findUnique({ where: { id: organizationId } }) : null,
  ]
  if (!record || record.state === 'awaiting_approval') return
  const asked = { kind: 'approval_asked', href: paths.deploy(organization?.slug ?? null, record.number), readAt: null }
  const readers = await tx.notice.findMany({ where: asked, distinct: ['userId'], select: { userId: true } })
  if (readers.length === 0) return
  await tx.notice.updateMany({ where: { ...asked, mailedAt: null, mailId: null }, data: { mailDueAt: null } })
  await tx.notice.updateMany({ where: asked, data: { readAt: clock.now() } })
  tellLive(
    tx,
    readers.map(({ userId }) => `user:${userId}`),
    'notice.read',
  )
}

async function sayOf(event: HeardEvent): Promise<Said | undefined> {
  const kind = kindOf(event.name)
  if (!kind) return undefined
  const record = event.subjectKind === 'deploy' ? await db.deployRecord.findUnique({ where: { id: event.subjectId } }) : null
  // People hear of the whole, not of its parts.
  if (event.subjectKind === 'deploy' && (!record || record.partOfId)) return undefined
  const organization = event.organizationId ? await db.organization.findUnique({ where: { id: event.organizationId } }) : null
  const href = record
    ? paths.deploy(organization?.slug ?? null, record.number)
    : ((await serviceHref(event, organization?.slug)) ?? hrefOf(kind, event, organization?.slug))
  return { event, kind, record, href, values: isOfPlatform(kind) ? valuesOfPlatform(event) : await valuesOf(event, record) }
}

/** Of what happened to a service or a route the page of that environment. */
async function serviceHref({ subjectKind, subjectId, data }: HeardEvent, org: string | undefined): Promise<string | undefined> {
  if (subjectKind !== 'service' || !org) return undefined
  const service = await db.service.findUnique({ where: { id: subjectId } })
  const application = service && (await db.application.findUnique({ where: { id: service.applicationId } }))
  const environment = data.environment === 'test' ? 'test' : 'production'
  if (!application) return undefined
  const page = service.isRoute ? paths.route : paths.service
  return page(org, application.slug, service.name, environment)
}

const isOfPlatform = (kind: NoticeKind): boolean => platformKinds.some((one) => one === kind)

function hrefOf(kind: NoticeKind, { subjectKind, data }: HeardEvent, org: string | undefined): string {
  if (isOfPlatform(kind)) return (subjectKind === 'machine' ? paths.machine : paths.pool)(String(data.name))
  if (kind === 'quota_asked') return paths.platformRequests
  if (!org) return paths.me
  if (kind === 'policy_changed') return paths.policies(org)
  if (kind === 'webhook_disabled') return paths.webhooks(org)
  if (kind === 'quota_decided') return paths.runtimes(org)
  return paths.members(org)
}

async function valuesOf({ actorKind, actorId, data }: HeardEvent, record: DeployRecord | null): Promise<NoticeValues> {
  const person = actorKind === 'person' && actorId ? await db.user.findUnique({ where: { id: actorId } }) : null
  const what = data.reason ?? data.note ?? data.service ?? data.host ?? data.webhook ?? data.role ?? data.who
  const environment = record?.environment ?? data.environment
  return {
    by: person ? (person.name ?? person.email) : 'Tengen',
    ...(record ? { number: record.number, service: record.serviceName, deploy: record.kind } : {}),
    ...(environment === 'test' || environment === 'production' ? { environment } : {}),
    ...(typeof data.left === 'number' ? { count: data.left } : {}),
    ...(typeof what === 'string' ? { what: what.slice(0, 300) } : {}),
  }
}

const valuesOfPlatform = ({ data: { name, left, lost, of } }: HeardEvent): NoticeValues => ({
  by: 'Tengen',
  what: String(name),
  ...(typeof (left ?? lost) === 'number' ? { count: Number(left ?? lost) } : {}),
  ...(typeof of === 'number' ? { of } : {}),
})

async function tellPeople(tx: Tx, { event, kind, record, href, values }: Said): Promise<number> {
  const userIds = await whoHears(noticeTable[kind].who, { event, record })
  if (userIds.length === 0) return 0
  const organizationId = event.organizationId ?? ''
  const settings = await tx.noticeSetting.findMany({ where: { organizationId, userId: { in: userIds } } })
  const rows = userIds.flatMap((userId): Prisma.NoticeCreateManyInput[] => {
    const { portal, mail } = wayOf(kind, settings.find((one) => one.userId === userId)?.ways)
    const dueAt = env().SMTP_URL ? mailDueAt(mail, event.at) : null
    if (!portal && !dueAt) return []
    const said = { kind, eventId: BigInt(event.id), href, values: json(values), at: event.at }
    return [{ userId, organizationId, ...said, isShown: portal, mailDueAt: dueAt }]
  })
  const { count } = await tx.notice.createMany({ data: rows, skipDuplicates: true })
  tellLive(
    tx,
    rows.map((row) => `user:${row.userId}`),
    'notice.made',
  )
  return count
}
