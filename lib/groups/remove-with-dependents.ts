import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Plan, Service } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { openGroup } from '@/lib/deploys/group/open-group'
import { previewGroupOf } from '@/lib/deploys/group/preview-group'
import { requestInside } from '@/lib/deploys/request-deploy'
import type { PlanPreview } from '@/lib/deploys/views'
import { AppError, notFound } from '@/lib/errors'
import { findScope, type Scope } from '@/lib/organizations/find-scope'
import { allNeeding } from '@/lib/relations/needed-by'
import { EnvironmentSchema } from '@/lib/views'
import { inRelationOrder } from './in-relation-order'

export const RemoveWithDependentsSchema = z.object({
  organization: z.string(),
  application: z.string(),
  service: z.string(),
  environment: EnvironmentSchema,
  keepData: z.boolean().default(true),
  reason: z.string().trim().max(500).optional(),
  expectedHash: z.string().optional(),
})
export type RemoveWithDependentsInput = z.input<typeof RemoveWithDependentsSchema>
type Parsed = z.output<typeof RemoveWithDependentsSchema>

/** Takes a service down in one environment, and before it whoever cannot be without it, as one deploy under one approval. */
export async function removeWithDependents(actor: Actor, input: RemoveWithDependentsInput): Promise<{ recordId: string; number: number }> {
  const parsed = RemoveWithDependentsSchema.parse(input)
  const scope = await findScope(actor, parsed)
  return transaction(async (tx) => {
    const { record } = await removeAll(tx, actor, scope, parsed)
    insistFresh(actor, 'service.remove')
    return { recordId: record.id, number: record.number }
  })
}

export async function previewRemoval(actor: Actor, input: RemoveWithDependentsInput): Promise<PlanPreview> {
  const parsed = RemoveWithDependentsSchema.parse(input)
  const scope = await findScope(actor, parsed)
  return previewGroupOf(actor, (tx) => removeAll(tx, actor, scope, { ...parsed, expectedHash: undefined }))
}

async function removeAll(tx: Tx, actor: Actor, scope: Scope, input: Parsed): Promise<{ record: DeployRecord; plan: Plan }> {
  const { environment, keepData, reason, expectedHash } = input
  const stage = await tx.stage.findFirst({
    where: { environment, service: { applicationId: scope.application?.id ?? '', name: input.service, removedAt: null } },
    include: { service: true },
  })
  if (!stage) throw notFound('This service')
  const { service } = stage
  authorize(actor, 'deploy.request', ofService(service), 'This service')
  const needing = await allNeeding(tx, stage.id)
  const elsewhere = needing.filter((one) => one.applicationId !== service.applicationId).map((one) => one.service)
  if (elsewhere.length > 0)
    throw new AppError('needed', `${elsewhere.join(', ')} of another application cannot be without it. Relate them elsewhere first.`, {
      services: elsewhere,
    })
  const all = [{ stageId: stage.id, name: service.name }, ...needing.map((one) => ({ stageId: one.stageId, name: one.service }))]
  const going = all.map((one) => one.stageId)
  // In id order, as everybody takes them.
  await tx.$queryRaw`select 1 from "Stage" where id = any(${going}) order by id for update`
  return openGroup(tx, actor, {
    group: await passingGroup(tx, actor, service),
    environment,
    kind: 'remove',
    reason,
    expectedHash,
    parts: (await inRelationOrder(tx, all, 'consumers-first')).map(({ stageId, name, needs }) => ({
      service: name,
      after: needs,
      open: (part) => requestInside(tx, actor, { stageId, kind: 'remove', keepData, reason }, { ...part, going }),
    })),
  })
}

/** A group of this one record: no service belongs to it, and no list shows it. */
function passingGroup(tx: Tx, actor: Actor, { organizationId, applicationId, name }: Service) {
  const now = clock.now()
  return tx.group.create({ data: { organizationId, applicationId, name, createdBy: actor.id, createdAt: now, removedAt: now } })
}
