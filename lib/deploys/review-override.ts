import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { lacks, type No, no, refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db, type Tx } from '@/lib/db/client'
import type { Approval } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { ownersOf } from '@/lib/members/lock-organization'
import type { Scope } from '@/lib/organizations/find-scope'
import { lockFor } from './get-record'

export const ReviewOverrideSchema = z.object({
  recordId: z.string(),
  approvalId: z.string(),
  note: z.string().trim().min(3).max(1000),
})

interface ReviewFacts {
  readonly approval: Pick<Approval, 'userId' | 'reviewedAt'>
  readonly organizationId: string | null
  readonly owners: readonly string[]
}

/** Whoever has overridden does not also say that it was well done, unless nobody else owns the organisation. */
export function whyNotReview(actor: Actor, { approval, organizationId, owners }: ReviewFacts): No | undefined {
  const refused = lacks(actor, 'override.review', { organizationId })
  if (refused) return refused
  if (approval.reviewedAt) return no('reviewed_already', 'Somebody has looked at it already.')
  const isOwn = approval.userId === actor.id && owners.some((owner) => owner !== actor.id)
  return isOwn ? no('own_override', 'Another owner looks at what you have overridden.', 'forbidden') : undefined
}

/** An owner has looked at an emergency afterwards, and says what to make of it. It stands beside the override for good. */
export async function reviewOverride(actor: Actor, { recordId, approvalId, note }: z.infer<typeof ReviewOverrideSchema>): Promise<void> {
  await transaction(async (tx) => {
    const { record } = await lockFor(tx, actor, recordId, 'override.review')
    const approval = await tx.approval.findFirst({ where: { id: approvalId, recordId, decision: 'override', carriedFromId: null } })
    if (!approval) throw notFound('This override')
    const owners = await ownersOf(tx, record.organizationId ?? '')
    refuse(whyNotReview(actor, { approval, organizationId: record.organizationId, owners }))
    await tx.approval.update({ where: { id: approvalId }, data: { reviewedAt: clock.now(), reviewedBy: actor.id, reviewNote: note } })
    await tx.deployRecord.update({ where: { id: recordId }, data: { revision: { increment: 1 } } })
    await writeEvent(tx, actor, {
      name: 'deploy.override_reviewed',
      organizationId: record.organizationId,
      subject: { kind: 'deploy', id: recordId },
      data: { number: record.number, note },
    })
  })
}

const openReviews = ({ organization, applicationIds }: Scope) => ({
  decision: 'override',
  carriedFromId: null,
  reviewedAt: null,
  record: { organizationId: organization.id, ...(applicationIds ? { applicationId: { in: [...applicationIds] } } : {}) },
})

export const countReviews = (scope: Scope, tx: Tx = db): Promise<number> => tx.approval.count({ where: openReviews(scope) })

/** Emergencies that nobody has looked at yet, oldest first. */
export const findReviews = (scope: Scope) =>
  db.approval.findMany({ where: openReviews(scope), orderBy: [{ at: 'asc' }, { id: 'asc' }], take: 100, include: { record: true } })
