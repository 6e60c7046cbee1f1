import type { Tx } from '@/lib/db/client'
import type { Said } from './make-notices'
import { publicUrl } from './public-url'

/** An event on its way to each address of its organisation that wants to hear of it. What is signed is fixed here, once. */
export async function orderDeliveries(tx: Tx, { event, kind, href, values }: Said): Promise<void> {
  const { organizationId } = event
  if (!organizationId) return
  const hooks = await tx.webhook.findMany({ where: { organizationId, disabledAt: null }, select: { id: true, kinds: true } })
  const wanting = hooks.filter(({ kinds }) => kinds.length === 0 || kinds.includes(kind))
  if (wanting.length === 0) return
  const { id, at, name, subjectKind, subjectId } = event
  const said = {
    id,
    at: at.toISOString(),
    kind,
    event: name,
    subject: { kind: subjectKind, id: subjectId },
    ...values,
    link: publicUrl(href),
  }
  const body = JSON.stringify(said)
  await tx.webhookDelivery.createMany({
    data: wanting.map((hook) => ({ webhookId: hook.id, eventId: BigInt(id), kind, body, createdAt: at, nextAt: at })),
    skipDuplicates: true,
  })
}
