import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { refuse } from '@/lib/auth/gate'
import type { Tx } from '@/lib/db/client'
import type { QuotaRequest } from '@/lib/db/generated/client'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'
import { raiseInputs } from '@/lib/services/raise-inputs'
import { type Amounts, AmountsSchema } from './amount-views'
import { lockRequest, moveRequest } from './move-request'
import { whyNotDecide } from './quota-gate'

const answer = z.string().trim().max(1000)

export const ApproveRequestSchema = z.object({ id: z.string(), amounts: AmountsSchema, answer: answer.optional() })
export const RefuseRequestSchema = z.object({ id: z.string(), answer: answer.min(3, 'Say why.') })

/** An operator grants what was asked for, or what there is instead; plans of the organisation count with it from then on. */
export async function approveRequest(actor: Actor, ask: z.infer<typeof ApproveRequestSchema>): Promise<void> {
  authorize(actor, 'user.manage', {}, 'This request')
  await transaction(async (tx) => {
    const request = await lockRequest(tx, ask.id)
    refuse(whyNotDecide(actor, request))
    await writeGrant(tx, actor, request, ask.amounts)
    await moveRequest(tx, actor, request, 'approve', { decidedBy: actor.id, answer: ask.answer || null, granted: json(ask.amounts) })
  })
}

export async function refuseRequest(actor: Actor, ask: z.infer<typeof RefuseRequestSchema>): Promise<void> {
  authorize(actor, 'user.manage', {}, 'This request')
  await transaction(async (tx) => {
    const request = await lockRequest(tx, ask.id)
    refuse(whyNotDecide(actor, request))
    await moveRequest(tx, actor, request, 'refuse', { decidedBy: actor.id, answer: ask.answer })
  })
}

type Granted = Pick<QuotaRequest, 'organizationId' | 'runtimeId'>

export async function writeGrant(tx: Tx, actor: Actor, { organizationId, runtimeId }: Granted, amounts: Amounts): Promise<void> {
  const key = { runtimeId, organizationId }
  const grant = await tx.runtimeGrant.findUnique({ where: { runtimeId_organizationId: key } })
  const before = grant && AmountsSchema.parse(grant)
  await tx.runtimeGrant.upsert({
    where: { runtimeId_organizationId: key },
    create: { ...key, ...amounts },
    update: amounts,
  })
  // Grants are what plans are made from: those that wait are looked at again.
  const stages = await tx.stage.findMany({
    where: { service: { organizationId, removedAt: null }, placements: { some: { runtimeId } } },
    select: { id: true },
  })
  await raiseInputs(
    tx,
    stages.map(({ id }) => id),
  )
  await writeEvent(tx, actor, {
    name: 'runtime.granted',
    organizationId,
    subject: { kind: 'runtime', id: runtimeId },
    data: { before, after: amounts },
  })
}
