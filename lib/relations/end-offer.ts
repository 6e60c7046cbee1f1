import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Relation, RelationOffer } from '@/lib/db/generated/client'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { aboutOffer, type OfferRef } from './about-offer'
import { moveInputs } from './bind-relations'

/**
 * Withdrawn by the side that lends, declined or given back by the other. Refused while a service of the other side cannot be
 * without it; services that can are told that it is gone.
 */
export async function endOffer(actor: Actor, ref: OfferRef): Promise<void> {
  await aboutOffer(actor, ref, async (tx, { offer, side }) => {
    const relations = await relationsBy(tx, offer)
    await insistNotRequired(tx, relations)
    const now = clock.now()
    await tx.relation.updateMany({ where: { id: { in: relations.map((relation) => relation.id) } }, data: { removedAt: now } })
    await moveInputs(
      tx,
      relations.flatMap((relation) => [relation.consumerStageId, relation.providerStageId ?? []].flat()),
    )
    const endedAs = side === 'giver' ? 'withdrawn' : 'declined'
    await tx.relationOffer.update({ where: { id: offer.id }, data: { endedAt: now, endedAs, endedBy: actor.id } })
    await writeEvent(tx, actor, {
      name: side === 'giver' ? 'service.offer_withdrawn' : 'service.offer_declined',
      organizationId: offer.organizationId,
      subject: { kind: 'service', id: offer.serviceId },
      data: {
        name: offer.service.name,
        environment: offer.environment,
        interface: offer.interface,
        by: ref.application,
        from: offer.acceptedAt ? 'accepted' : 'offered',
        to: endedAs,
      },
    })
  })
}

/** Relations that stand on this offer and no other. */
async function relationsBy(tx: Tx, offer: RelationOffer): Promise<Relation[]> {
  const [providers, consumers] = await Promise.all([
    tx.stage.findMany({ where: { serviceId: offer.serviceId, environment: offer.environment }, select: { id: true } }),
    tx.stage.findMany({
      where: { environment: offer.environment, service: { applicationId: offer.toApplicationId } },
      select: { id: true },
    }),
  ])
  return tx.relation.findMany({
    where: {
      removedAt: null,
      interface: offer.interface,
      providerStageId: { in: providers.map((stage) => stage.id) },
      consumerStageId: { in: consumers.map((stage) => stage.id) },
    },
  })
}

async function insistNotRequired(tx: Tx, relations: readonly Relation[]): Promise<void> {
  const ids = relations.filter((relation) => relation.isRequired).map((relation) => relation.consumerStageId)
  const needing = await tx.stage.findMany({
    where: { id: { in: ids }, service: { removedAt: null } },
    select: { service: { select: { name: true } } },
  })
  if (needing.length === 0) return
  const names = [...new Set(needing.map((stage) => stage.service.name))].sort()
  throw new AppError('needed', `${names.join(', ')} cannot be without it. Relate them elsewhere first.`, { services: names })
}
