import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Runtime, Service, Stage } from '@/lib/db/generated/client'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { inheritRelations } from '@/lib/relations/inherit-relations'
import { PlacementRulesSchema, rulesIn, rulesRow } from '@/lib/services/rule-views'
import { insistNeighbours } from '@/lib/services/set-rules'
import { ServiceChangeSchema } from '@/lib/services/views'
import { insistCount } from './create-service'
import { live } from './deploy-lifecycle'
import { findRuntimes } from './find-runtimes'
import { lockStage } from './lock-record'
import type { PlanMade } from './plan/plan-types'
import { previewOf } from './preview-deploy'
import { requestInside } from './request-deploy'
import type { PlanPreview } from './views'

/** A service that is there, in another environment: by itself, or from a release of the stage it has (`releaseId`). */
export const CreateStageSchema = ServiceChangeSchema.omit({
  stageId: true,
  kind: true,
  counts: true,
  unitIds: true,
  placementIds: true,
  takeOver: true,
  keepData: true,
}).extend({
  organization: z.string(),
  application: z.string(),
  service: z.string(),
  runtimeId: z.string(),
  /** Further clusters of that environment, with as many units each. */
  alsoIn: z.array(z.string()).max(50).default([]),
  count: z.int().min(1).max(1000),
  /** Missing = those it has elsewhere. */
  rules: PlacementRulesSchema.optional(),
})
export type CreateStageInput = z.input<typeof CreateStageSchema>
type Parsed = z.output<typeof CreateStageSchema>
type Opened = { record: DeployRecord; plan: PlanMade }

/** Gives a service its stage and placement in another environment, and asks for its installation there, all or nothing. */
export async function createStage(actor: Actor, input: CreateStageInput): Promise<{ recordId: string; number: number }> {
  const parsed = CreateStageSchema.parse(input)
  return transaction(async (tx) => {
    const { record } = await createInside(tx, actor, parsed)
    return { recordId: record.id, number: record.number }
  })
}

export async function previewStage(actor: Actor, input: CreateStageInput): Promise<PlanPreview> {
  const parsed = CreateStageSchema.parse(input)
  return previewOf(actor, (tx) => createInside(tx, actor, { ...parsed, expectedHash: undefined }))
}

async function createInside(tx: Tx, actor: Actor, input: Parsed): Promise<Opened> {
  const { organization, application, service: name, runtimeId, alsoIn, count, rules: asked, ...change } = input
  const place = await tx.application.findFirst({ where: { slug: application, organization: { slug: organization, archivedAt: null } } })
  const service = place && (await tx.service.findFirst({ where: { name, removedAt: null, applicationId: place.id } }))
  if (!service) throw notFound('This service')
  authorize(actor, 'deploy.request', ofService(service), 'This service')
  const { organizationId } = service
  const runtimes = await findRuntimes(tx, { organizationId, runtimeId, alsoIn })
  const [runtime] = runtimes
  await insistCount(tx, { ...service, count })
  const stage = await emptyStage(tx, service, runtime)
  if (asked) await insistNeighbours(tx, service, asked)
  const rules = asked ? json(rulesRow(asked)) : await rulesElsewhere(tx, service.id, stage.id)
  const counts: Record<string, number> = {}
  for (const { id } of runtimes) {
    const key = { stageId: stage.id, runtimeId: id, subset: 'stable' }
    const placement = await tx.placement.upsert({ where: { stageId_runtimeId_subset: key }, create: { ...key, rules }, update: {} })
    counts[placement.id] = count
  }
  await inheritRelations(tx, actor, { service, stage })
  await writeEvent(tx, actor, {
    name: 'service.stage_added',
    organizationId,
    subject: { kind: 'service', id: service.id },
    data: { name, environment: stage.environment },
  })
  return requestInside(tx, actor, { ...change, stageId: stage.id, kind: 'install', counts })
}

/** The stage of that environment as long as nothing is or shall be there: a first try may have left an empty one. */
async function emptyStage(tx: Tx, service: Service, { environment }: Runtime): Promise<Stage> {
  const key = { serviceId: service.id, environment }
  const { id } = await tx.stage.upsert({ where: { serviceId_environment: key }, create: key, update: {} })
  const stage = await lockStage(tx, id)
  const placed = await tx.placement.count({ where: { stageId: id, OR: [{ count: { gt: 0 } }, { wantedCount: { gt: 0 } }] } })
  const open = await tx.deployRecord.count({ where: { stageId: id, state: { in: [...live] } } })
  if (placed + open > 0)
    throw new AppError('conflict', `It is in ${environment} already, or on its way there.`, {
      reason: 'stage_exists',
      fields: { runtimeId: 'is taken' },
    })
  return stage
}

/** Where it comes from another environment, it asks there for what it asks here; it can be changed afterwards. */
async function rulesElsewhere(tx: Tx, serviceId: string, stageId: string) {
  const other = await tx.placement.findFirst({
    where: { stage: { serviceId }, stageId: { not: stageId } },
    orderBy: [{ order: 'asc' }, { id: 'asc' }],
    select: { rules: true },
  })
  return json(rulesRow(rulesIn(other?.rules ?? {})))
}
