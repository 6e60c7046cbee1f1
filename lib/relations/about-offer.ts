import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import type { Tx } from '@/lib/db/client'
import type { RelationOffer, Service } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { notFound } from '@/lib/errors'
import { findScope, type Scope } from '@/lib/organizations/find-scope'

/** An offer as one of its two sides speaks of it: `application` is the side that asks. */
export const OfferRefSchema = z.object({ organization: z.string(), application: z.string(), id: z.string() })
export type OfferRef = z.infer<typeof OfferRefSchema>

interface LockedOffer {
  readonly offer: RelationOffer & { service: Service }
  /** `taker`: whom it was made to. */
  readonly side: 'giver' | 'taker'
}

/** A transaction about a standing offer, held for it, in the name of whoever may speak for the side that asks. */
export async function aboutOffer(actor: Actor, ref: OfferRef, act: (tx: Tx, locked: LockedOffer) => Promise<void>): Promise<void> {
  const scope = await findScope(actor, ref)
  await transaction(async (tx) => act(tx, await lockOffer(tx, actor, ref.id, scope)))
}

async function lockOffer(tx: Tx, actor: Actor, id: string, scope: Scope): Promise<LockedOffer> {
  const application = { organizationId: scope.organization.id, applicationId: scope.application?.id ?? '' }
  await tx.$queryRaw`select 1 from "RelationOffer" where id = ${id} for update`
  const offer = await tx.relationOffer.findFirst({ where: { id, endedAt: null }, include: { service: true } })
  const sides = { giver: offer?.service.applicationId, taker: offer?.toApplicationId }
  const side = (['giver', 'taker'] as const).find((one) => sides[one] === application.applicationId)
  if (!offer || !side) throw notFound('This offer')
  authorize(actor, 'relation.offer', application, 'This offer')
  return { offer, side }
}
