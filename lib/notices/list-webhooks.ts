import { z } from 'zod'
import { namePeople } from '@/lib/accounts/name-people'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { db } from '@/lib/db/client'
import type { WebhookDelivery } from '@/lib/db/generated/client'
import { notFound } from '@/lib/errors'
import { iso, isoOrNull } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { orderOf, PageAskSchema, parseAsk, type Turned, toPage, turnOf } from '@/lib/page'
import { type DeliveryView, organizationKinds, type WebhooksView } from './views'

/** Without `webhook` the last `limit` deliveries of each; with it that one alone, and a page of its deliveries. */
export const ListWebhooksSchema = PageAskSchema.extend({ organization: z.string(), webhook: z.string().max(64).optional() })
type Ask = z.output<typeof ListWebhooksSchema>

/** Addresses of an organisation, each with what it was sent last. */
export async function listWebhooks(actor: Actor, input: z.input<typeof ListWebhooksSchema>): Promise<WebhooksView> {
  const ask = parseAsk(ListWebhooksSchema, input)
  const { organization: found } = await findScope(actor, ask)
  authorize(actor, 'organization.manage', { organizationId: found.id }, 'This organisation')
  const hooks = await db.webhook.findMany({
    where: { organizationId: found.id, ...(ask.webhook ? { id: ask.webhook } : {}) },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
  if (ask.webhook && hooks.length === 0) throw notFound('This webhook')
  const [nameOf, pages] = await Promise.all([
    namePeople(hooks.flatMap((hook) => [hook.createdBy, hook.disabledBy])),
    Promise.all(hooks.map((hook) => (ask.webhook ? pageOf(hook.id, ask) : lastOf(hook.id, ask)))),
  ])
  return {
    organization: { slug: found.slug, name: found.name },
    items: hooks.map(({ id, name, url, kinds, createdBy, createdAt, failures, disabledAt, disabledBy }, index) => ({
      ...{ id, name, url, failures, kinds: organizationKinds.filter((kind) => kinds.includes(kind)) },
      by: nameOf(createdBy),
      at: iso(createdAt),
      disabled: disabledAt && { at: iso(disabledAt), by: disabledBy ? nameOf(disabledBy) : null },
      deliveries: (pages[index]?.rows ?? []).map(deliveryOf),
      hasMore: pages[index]?.next != null,
    })),
    next: ask.webhook ? (pages[0]?.next ?? null) : null,
    previous: ask.webhook ? (pages[0]?.previous ?? null) : null,
  }
}

const Key = z.tuple([z.iso.datetime(), z.string()])

async function pageOf(webhookId: string, ask: Ask): Promise<Turned<WebhookDelivery>> {
  const turn = turnOf(ask, Key)
  const { direction, operator, take } = orderOf(turn, true)
  const side = operator === '<' ? 'lt' : 'gt'
  const [at, id] = turn.key ?? []
  const rows = await db.webhookDelivery.findMany({
    where: { webhookId, ...(at && id ? { OR: [{ createdAt: { [side]: at } }, { createdAt: at, id: { [side]: id } }] } : {}) },
    orderBy: [{ createdAt: direction }, { id: direction }],
    take,
  })
  return toPage(rows, turn, (row): z.output<typeof Key> => [iso(row.createdAt), row.id])
}

const lastOf = (webhookId: string, { limit = 20 }: Ask) => pageOf(webhookId, { organization: '', limit })

const deliveryOf = (delivery: WebhookDelivery): DeliveryView => ({
  id: delivery.id,
  kind: organizationKinds.find((kind) => kind === delivery.kind) ?? 'deploy_commented',
  state: delivery.state,
  tries: delivery.tries,
  at: iso(delivery.createdAt),
  lastAt: isoOrNull(delivery.lastAt),
  nextAt: delivery.state === 'waiting' ? iso(delivery.nextAt) : null,
  status: delivery.status,
  error: delivery.error,
  tookMs: delivery.tookMs,
  body: delivery.body,
})
