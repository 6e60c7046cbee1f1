import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { aboutOffer, type OfferRef } from './about-offer'

/** The other side's yes: from now on its services may be related to what is lent. Twice is once. */
export async function acceptOffer(actor: Actor, ref: OfferRef): Promise<void> {
  await aboutOffer(actor, ref, async (tx, { offer, side }) => {
    if (side !== 'taker') throw new AppError('conflict', 'It is for the other application to accept this.', { reason: 'own_offer' })
    if (offer.acceptedAt) return
    await tx.relationOffer.update({ where: { id: offer.id }, data: { acceptedAt: clock.now(), acceptedBy: actor.id } })
    await writeEvent(tx, actor, {
      name: 'service.offer_accepted',
      organizationId: offer.organizationId,
      subject: { kind: 'service', id: offer.serviceId },
      data: {
        name: offer.service.name,
        environment: offer.environment,
        interface: offer.interface,
        by: ref.application,
        from: 'offered',
        to: 'accepted',
      },
    })
  })
}
