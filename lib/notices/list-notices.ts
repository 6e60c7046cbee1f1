import { z } from 'zod'
import type { PersonActor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistPerson } from '@/lib/auth/fresh'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { env } from '@/lib/env'
import { tellLive, writeEvent } from '@/lib/events/write-event'
import { iso } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { PageAskSchema, parseAsk, toPage, turnOf } from '@/lib/page'
import {
  type NoticeKind,
  type NoticesView,
  NoticeValuesSchema,
  NoticeWaysSchema,
  noticeKinds,
  organizationKinds,
  platformKinds,
} from './views'
import { wayOf } from './ways'

/** Where settings and notices of the platform stand. */
const ofPlatform = ''

export const ListNoticesSchema = PageAskSchema
const KeySchema = z.tuple([z.iso.datetime(), z.string()])

/** What one has heard, newest first, and how one wants to hear. It is the person's own: no permission is asked for it. */
export async function listNotices(actor: PersonActor, input: z.input<typeof ListNoticesSchema>): Promise<NoticesView> {
  const turn = turnOf(parseAsk(ListNoticesSchema, input), KeySchema, 50)
  const order = turn.isBackwards ? ('asc' as const) : ('desc' as const)
  const side = turn.isBackwards ? 'gt' : 'lt'
  const [at, id] = turn.key ?? []
  const found = await db.notice.findMany({
    where: {
      ...{ userId: actor.id, isShown: true },
      ...(at ? { OR: [{ at: { [side]: at } }, { at, id: { [side]: id } }] } : {}),
    },
    orderBy: [{ at: order }, { id: order }],
    take: turn.limit + 1,
  })
  const page = toPage(found, turn, (notice): z.infer<typeof KeySchema> => [iso(notice.at), notice.id])
  const ids = [...new Set([...page.rows.map((row) => row.organizationId), ...actor.grants.map((grant) => grant.organizationId)])]
  const organizations = await db.organization.findMany({ where: { id: { in: ids } }, select: { id: true, slug: true, name: true } })
  const settings = await db.noticeSetting.findMany({ where: { userId: actor.id } })
  const waysIn = (organizationId: string, kinds: readonly NoticeKind[]) => {
    const own = settings.find((one) => one.organizationId === organizationId)?.ways ?? {}
    return kinds.map((kind) => ({ kind, ...wayOf(kind, own), isOwn: kind in (own as object) }))
  }
  const { email } = await db.user.findUniqueOrThrow({ where: { id: actor.id }, select: { email: true } })
  return {
    items: page.rows.map((row) => {
      const organization = organizations.find((one) => one.id === row.organizationId)
      return {
        id: row.id,
        kind: noticeKinds.find((kind) => kind === row.kind) ?? 'deploy_commented',
        organization: organization ? { slug: organization.slug, name: organization.name } : null,
        href: row.href,
        values: NoticeValuesSchema.parse(row.values),
        at: iso(row.at),
        isRead: row.readAt !== null,
      }
    }),
    next: page.next,
    previous: page.previous,
    total: page.total,
    unread: await countUnread(actor.id),
    settings: organizations
      .filter((one) => actor.grants.some((grant) => grant.organizationId === one.id))
      .map(({ id, slug, name }) => ({ organization: { slug, name }, ways: waysIn(id, organizationKinds) })),
    platform: actor.isOperator ? waysIn(ofPlatform, platformKinds) : null,
    hasMail: env().SMTP_URL !== undefined,
    email,
  }
}

/** Counts to 99: what is more nobody reads. */
export const countUnread = (userId: string): Promise<number> =>
  db.notice.count({ where: { userId, isShown: true, readAt: null }, take: 99 })

export const ReadNoticesSchema = z.object({
  /** Missing = all there are. */
  ids: z.array(z.string().max(64)).max(100).optional(),
})

export async function readNotices(actor: PersonActor, { ids }: z.infer<typeof ReadNoticesSchema>): Promise<void> {
  insistPerson(actor, 'read notices')
  await transaction(async (tx) => {
    await tx.notice.updateMany({
      where: { userId: actor.id, readAt: null, ...(ids ? { id: { in: ids } } : {}) },
      data: { readAt: clock.now() },
    })
    tellLive(tx, [`user:${actor.id}`], 'notice.read')
  })
}

export const SetNoticeWaysSchema = z.object({
  /** Null: of the platform, for operators. */
  organization: z.string().max(100).nullable(),
  ways: NoticeWaysSchema,
  /** In which language mails are written. */
  locale: z.enum(['en', 'zh']).optional(),
})

/** How one wants to hear of an organisation, or of the platform, from now on. */
export async function setNoticeWays(
  actor: PersonActor,
  { organization, ways, locale }: z.infer<typeof SetNoticeWaysSchema>,
): Promise<void> {
  insistPerson(actor, 'set how its person hears of things')
  if (organization === null) authorize(actor, 'machine.see', {}, 'The platform')
  const organizationId = organization === null ? ofPlatform : (await findScope(actor, { organization })).organization.id
  const key = { userId: actor.id, organizationId }
  const data = { ways: json(ways) }
  await transaction(async (tx) => {
    const before = await tx.noticeSetting.findUnique({ where: { userId_organizationId: key } })
    await tx.noticeSetting.upsert({ where: { userId_organizationId: key }, create: { ...key, ...data }, update: data })
    if (locale) await tx.user.update({ where: { id: actor.id }, data: { locale } })
    await writeEvent(tx, actor, {
      name: 'user.notices_set',
      organizationId: organizationId || null,
      subject: { kind: 'user', id: actor.id },
      data: { before: before?.ways ?? null, after: ways },
    })
  })
}
