import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { rulesIn, rulesRow } from '@/lib/services/rule-views'
import { EnvironmentSchema } from '@/lib/views'
import { insistCount } from './create-service'
import { findRuntimes } from './find-runtimes'
import { lockStage } from './lock-record'
import type { PlanMade } from './plan/plan-types'
import { previewOf } from './preview-deploy'
import { requestInside } from './request-deploy'
import type { PlanPreview } from './views'

export const AddPlacementSchema = z.object({
  organization: z.string(),
  application: z.string(),
  service: z.string(),
  environment: EnvironmentSchema,
  /** A cluster of that environment. */
  runtimeId: z.string(),
  count: z.int().min(1).max(1000),
  reason: z.string().trim().max(500).optional(),
  notBefore: z.iso.datetime({ offset: true }).optional(),
  expectedHash: z.string().optional(),
})
export type AddPlacementInput = z.output<typeof AddPlacementSchema>

/** Brings a service that runs in clusters to one more, with the release that it has; what runs elsewhere is not touched. */
export async function addPlacement(actor: Actor, input: AddPlacementInput): Promise<{ recordId: string; number: number }> {
  return transaction(async (tx) => {
    const { record } = await addInside(tx, actor, input)
    return { recordId: record.id, number: record.number }
  })
}

export const previewPlacement = (actor: Actor, input: AddPlacementInput): Promise<PlanPreview> =>
  previewOf(actor, (tx) => addInside(tx, actor, { ...input, expectedHash: undefined }))

async function addInside(tx: Tx, actor: Actor, input: AddPlacementInput): Promise<{ record: DeployRecord; plan: PlanMade }> {
  const { organization, application, service: name, environment, runtimeId, count, ...change } = input
  const place = await tx.application.findFirst({ where: { slug: application, organization: { slug: organization, archivedAt: null } } })
  const service = place && (await tx.service.findFirst({ where: { name, removedAt: null, applicationId: place.id } }))
  if (!service) throw notFound('This service')
  authorize(actor, 'deploy.request', ofService(service), 'This service')
  const { organizationId } = service
  const [runtime] = await findRuntimes(tx, { organizationId, runtimeId, alsoIn: [] })
  const found = await tx.stage.findUnique({ where: { serviceId_environment: { serviceId: service.id, environment } } })
  if (!found?.releaseId) throw new AppError('conflict', `Nothing runs in ${environment} yet.`, { reason: 'never_installed' })
  const stage = await lockStage(tx, found.id)
  const placements = await tx.placement.findMany({ where: { stageId: stage.id }, include: { runtime: true }, orderBy: { order: 'asc' } })
  insistCluster(placements, { runtime, environment })
  await insistCount(tx, { ...service, count })
  const key = { stageId: stage.id, runtimeId, subset: 'stable' }
  const rules = json(rulesRow(rulesIn(placements[0]?.rules ?? {})))
  const placement = await tx.placement.upsert({ where: { stageId_runtimeId_subset: key }, create: { ...key, rules }, update: {} })
  return requestInside(tx, actor, { ...change, stageId: stage.id, kind: 'configure', counts: { [placement.id]: count } })
}

type Kinds = Pick<Awaited<ReturnType<typeof findRuntimes>>[0], 'id' | 'kind' | 'name' | 'environment'>

/** A pool is alone; clusters stand beside each other, in one environment. */
function insistCluster(
  placements: readonly { readonly runtimeId: string; readonly count: number; readonly runtime: Pick<Kinds, 'kind'> }[],
  { runtime, environment }: { runtime: Kinds; environment: Kinds['environment'] },
): void {
  const no = (message: string, said: string) => new AppError('invalid', message, { fields: { runtimeId: said } })
  if (runtime.kind !== 'cluster' || placements.some((one) => one.runtime.kind !== 'cluster'))
    throw no('Several runtimes at once are clusters only.', 'is not beside clusters')
  if (runtime.environment !== environment) throw no(`${runtime.name} is not of ${environment}.`, 'is of another environment')
  if (placements.some((one) => one.runtimeId === runtime.id && one.count > 0)) throw no(`It runs in ${runtime.name} already.`, 'is taken')
}
