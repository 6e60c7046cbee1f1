import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Webhook, WebhookDelivery } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { decrypt } from '@/lib/encrypt'
import { writeEvent } from '@/lib/events/write-event'
import { logger } from '@/lib/logger'
import { fetchOut } from '@/lib/net/fetch-out'
import { pace } from '@/lib/pace'
import { sendAgainMs } from './send-again'
import { signatureOf } from './sign-delivery'

const log = logger('webhooks')
const sweep = systemActor('sweep:webhooks')
const mostTries = 8
/** So many in a row, and nobody listens there. */
const mostFailures = 12
const mostAtOnce = 20
/** Whoever has many that never answer leaves room for others. */
const mostOfOne = 5

interface Sending {
  readonly organizationId: string
  readonly ended: Promise<void>
}

/** Webhooks that are being sent to by this process: one that never answers holds up itself alone. */
const busy = new Map<string, Sending>()

export const secretPlace = (webhookId: string): string => `Webhook.secret:${webhookId}`

/** Sends what is due, to each address one after the other and to all at once. Waits for nobody who is slow. */
export async function sendDeliveries(): Promise<number> {
  const due = await db.webhookDelivery.findMany({
    where: {
      state: 'waiting',
      nextAt: { lte: clock.now() },
      webhook: { disabledAt: null, OR: [{ nextAt: null }, { nextAt: { lte: clock.now() } }] },
    },
    select: { webhookId: true, webhook: { select: { organizationId: true } } },
    distinct: ['webhookId'],
    orderBy: { webhookId: 'asc' },
    take: 1000,
  })
  let begun = 0
  for (const { webhookId, webhook } of due) {
    if (busy.has(webhookId) || busy.size >= mostAtOnce || busyOf(webhook.organizationId) >= mostOfOne) continue
    const ended = sendTo(webhookId)
      .catch((error: unknown) => log.error({ err: error, webhookId }, 'a webhook could not be served'))
      .finally(() => busy.delete(webhookId))
    busy.set(webhookId, { organizationId: webhook.organizationId, ended })
    begun += 1
  }
  return begun
}

const busyOf = (organizationId: string): number => [...busy.values()].filter((one) => one.organizationId === organizationId).length

/** Everything that is on its way, for who must not end before it. */
export const deliveriesSent = async (): Promise<void> => void (await Promise.all([...busy.values()].map(({ ended }) => ended)))

async function sendTo(webhookId: string): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    const hook = await db.webhook.findUnique({ where: { id: webhookId, disabledAt: null } })
    const delivery = hook && (await claim(webhookId))
    if (!hook || !delivery) return
    if (!(await sendOne(hook, delivery))) return
  }
}

/** The oldest that is due; while it is tried, nobody else takes it. */
async function claim(webhookId: string): Promise<WebhookDelivery | undefined> {
  const where = { webhookId, state: 'waiting' as const, nextAt: { lte: clock.now() } }
  const next = await db.webhookDelivery.findFirst({ where, orderBy: [{ eventId: 'asc' }, { id: 'asc' }] })
  if (!next) return undefined
  const { count } = await db.webhookDelivery.updateMany({
    where: { id: next.id, state: 'waiting', nextAt: next.nextAt },
    data: { nextAt: new Date(clock.nowMs() + 3 * pace('webhookAnswer')) },
  })
  return count === 1 ? next : undefined
}

interface Came {
  readonly status: number | null
  readonly error: string | null
}

async function sendOne(hook: Webhook, delivery: WebhookDelivery): Promise<boolean> {
  const begun = performance.now()
  const came = await post(hook, delivery)
  const isGood = came.status !== null && came.status >= 200 && came.status < 300
  const tries = delivery.tries + 1
  const tookMs = Math.round(performance.now() - begun)
  const isOver = !isGood && tries >= mostTries
  await db.webhookDelivery.update({
    where: { id: delivery.id },
    data: {
      ...came,
      ...{ tries, tookMs, lastAt: clock.now(), state: isGood ? 'delivered' : isOver ? 'failed' : 'waiting' },
      nextAt: new Date(clock.nowMs() + (isGood ? 0 : sendAgainMs(tries))),
    },
  })
  if (isGood) await db.webhook.updateMany({ where: { id: hook.id, failures: { gt: 0 } }, data: { failures: 0, nextAt: null } })
  else await countFailure(hook)
  return isGood
}

async function post(hook: Webhook, { id, kind, body }: WebhookDelivery): Promise<Came> {
  const timestamp = String(Math.floor(clock.nowMs() / 1000))
  const signature = signatureOf(decrypt(hook.secret, secretPlace(hook.id)), timestamp, body)
  try {
    const { status } = await fetchOut(hook.url, {
      method: 'POST',
      body,
      caps: { totalMs: pace('webhookAnswer'), maxBytes: 64 << 10 },
      headers: {
        'content-type': 'application/json',
        'tengen-delivery': id,
        'tengen-event': kind,
        'tengen-timestamp': timestamp,
        'tengen-signature': signature,
      },
    })
    return { status, error: null }
  } catch (error) {
    return { status: null, error: (error as Error).message.slice(0, 300) }
  }
}

/** After too many in a row it is switched off, and its admins hear of it; what waits stays, for when somebody switches it on. */
async function countFailure({ id, organizationId, name }: Webhook): Promise<void> {
  await transaction(async (tx) => {
    const { failures } = await tx.webhook.update({ where: { id }, data: { failures: { increment: 1 } } })
    await tx.webhook.update({ where: { id }, data: { nextAt: new Date(clock.nowMs() + sendAgainMs(failures)) } })
    if (failures < mostFailures) return
    const { count } = await tx.webhook.updateMany({ where: { id, disabledAt: null }, data: { disabledAt: clock.now(), disabledBy: null } })
    if (count === 0) return
    await writeEvent(tx, sweep, {
      name: 'webhook.disabled',
      organizationId,
      subject: { kind: 'organization', id: organizationId },
      data: { webhookId: id, webhook: name, failures, before: { isOn: true }, after: { isOn: false } },
    })
  })
}
