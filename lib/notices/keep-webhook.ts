import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Webhook } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { encrypt } from '@/lib/encrypt'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { newId } from '@/lib/ids'
import { lockOrganization } from '@/lib/members/lock-organization'
import { plainName } from '@/lib/plain-name'
import { secretPlace } from './send-deliveries'
import { OrganizationKindSchema, organizationKinds } from './views'

const organization = z.string().max(100)
export const NewWebhookSchema = z.object({
  organization,
  name: plainName(80),
  url: z.url({ protocol: /^https?$/, error: 'is an address of http or https' }).max(1000),
  kinds: z.array(OrganizationKindSchema).max(organizationKinds.length),
})
export const WebhookRefSchema = z.object({ organization, id: z.string().max(64) })
export const SwitchWebhookSchema = WebhookRefSchema.extend({ isOn: z.boolean() })
export const RedeliverSchema = WebhookRefSchema.extend({ deliveryId: z.string().max(64) })

const most = 20

/** An address that hears what happens. Its secret is shown now, and never again. */
export async function createWebhook(actor: Actor, input: z.infer<typeof NewWebhookSchema>): Promise<{ id: string; secret: string }> {
  return transaction(async (tx) => {
    const organizationId = await lockManaged(tx, actor, input.organization)
    if ((await tx.webhook.count({ where: { organizationId } })) >= most)
      throw new AppError('conflict', `An organisation has at most ${most} webhooks.`, { reason: 'too_many' })
    if (await tx.webhook.count({ where: { organizationId, name: input.name } }))
      throw new AppError('name_taken', 'A webhook of this name is there already.', { fields: { name: 'is taken' } })
    const id = newId()
    const secret = `whsec_${randomBytes(32).toString('base64url')}`
    const { name, url, kinds } = input
    await tx.webhook.create({
      data: { id, organizationId, name, url, kinds, secret: encrypt(secret, secretPlace(id)), createdBy: actor.id, createdAt: clock.now() },
    })
    await tell(tx, actor, 'webhook.created', { id, organizationId, name }, { after: { url, kinds } })
    return { id, secret }
  })
}

export async function removeWebhook(actor: Actor, ref: z.infer<typeof WebhookRefSchema>): Promise<void> {
  await transaction(async (tx) => {
    const hook = await lockWebhook(tx, actor, ref)
    await tx.webhook.delete({ where: { id: hook.id } })
    await tell(tx, actor, 'webhook.removed', hook, { before: { url: hook.url, kinds: hook.kinds } })
  })
}

/** Off, what happens meanwhile is not kept for it; on again, what still waited goes at once. */
export async function switchWebhook(actor: Actor, { isOn, ...ref }: z.infer<typeof SwitchWebhookSchema>): Promise<void> {
  await transaction(async (tx) => {
    const hook = await lockWebhook(tx, actor, ref)
    if (isOn === (hook.disabledAt === null)) return
    const off = { disabledAt: isOn ? null : clock.now(), disabledBy: isOn ? null : actor.id }
    await tx.webhook.update({ where: { id: hook.id }, data: { ...off, failures: 0, nextAt: null } })
    if (isOn) await tx.webhookDelivery.updateMany({ where: { webhookId: hook.id, state: 'waiting' }, data: { nextAt: clock.now() } })
    await tell(tx, actor, isOn ? 'webhook.switched_on' : 'webhook.switched_off', hook, { before: { isOn: !isOn }, after: { isOn } })
  })
}

/** The same once more: the same body and id, signed anew. */
export async function redeliver(actor: Actor, { deliveryId, ...ref }: z.infer<typeof RedeliverSchema>): Promise<void> {
  await transaction(async (tx) => {
    const hook = await lockWebhook(tx, actor, ref)
    if (hook.disabledAt) throw new AppError('conflict', 'It is switched off: switch it on first.', { reason: 'webhook_off' })
    const { count } = await tx.webhookDelivery.updateMany({
      where: { id: deliveryId, webhookId: hook.id },
      data: { state: 'waiting', tries: 0, nextAt: clock.now() },
    })
    if (count === 0) throw notFound('This delivery')
    await tx.webhook.update({ where: { id: hook.id }, data: { nextAt: null } })
    await tell(tx, actor, 'webhook.redelivered', hook, { deliveryId })
  })
}

async function lockManaged(tx: Tx, actor: Actor, slug: string): Promise<string> {
  const { id: organizationId } = await lockOrganization(tx, actor, slug)
  authorize(actor, 'organization.manage', { organizationId }, 'This organisation')
  return organizationId
}

async function lockWebhook(tx: Tx, actor: Actor, { organization: slug, id }: z.infer<typeof WebhookRefSchema>): Promise<Webhook> {
  const organizationId = await lockManaged(tx, actor, slug)
  const hook = await tx.webhook.findFirst({ where: { id, organizationId } })
  if (!hook) throw notFound('This webhook')
  return hook
}

type Named = Pick<Webhook, 'id' | 'organizationId' | 'name'>

const tell = (tx: Tx, actor: Actor, name: `webhook.${string}`, hook: Named, data: Record<string, unknown> = {}) =>
  writeEvent(tx, actor, {
    name,
    organizationId: hook.organizationId,
    subject: { kind: 'organization', id: hook.organizationId },
    data: { webhookId: hook.id, webhook: hook.name, ...data },
  })
