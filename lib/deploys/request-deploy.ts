import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Service, Stage } from '@/lib/db/generated/client'
import type { DeployKind } from '@/lib/db/generated/enums'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { allNeeding, neededBy } from '@/lib/relations/needed-by'
import { insistRoute, insistRouteKind } from '@/lib/routes/insist-route'
import { askedBy } from './asked-by'
import { type DeployRequest, isWholeRemoval, type RequestDeployInput } from './deploy-request'
import type { PartOf } from './group/open-group'
import { lockStage } from './lock-record'
import { nextNumber } from './next-number'
import { normalizeRequest } from './normalize-request'
import type { PlanMade } from './plan/plan-types'
import { planLocked } from './plan-deploy'
import { readNotBefore } from './schedule'
import { asOfStage } from './stage-record'

/** Asks for a change of a service. A plan that cannot be made, or would do nothing, is refused without a record. */
export async function requestDeploy(actor: Actor, input: RequestDeployInput): Promise<{ recordId: string; number: number }> {
  return transaction(async (tx) => {
    const { record } = await requestInside(tx, actor, input)
    if (record.kind === 'remove') insistFresh(actor, 'service.remove')
    return { recordId: record.id, number: record.number }
  })
}

/** The whole request inside a transaction of the caller's; a preview is this, rolled back. */
export async function requestInside(
  tx: Tx,
  actor: Actor,
  input: RequestDeployInput,
  part?: PartOf,
): Promise<{ record: DeployRecord; plan: PlanMade }> {
  const found = await tx.stage.findUnique({ where: { id: input.stageId }, include: { service: true } })
  if (!found || found.service.removedAt) throw notFound('This service')
  const { service } = found
  authorize(actor, input.kind === 'accept' ? 'deploy.accept' : 'deploy.request', ofService(service), 'This service')
  insistRouteKind(service, input)
  const stage = await lockStage(tx, input.stageId)
  const request = await normalizeRequest(tx, actor, { input, service, stage })
  if (isWholeRemoval(input.kind, request)) await insistNotNeeded(tx, { stageId: stage.id, applicationId: service.applicationId }, part)
  return openRecord(tx, actor, {
    service,
    stage,
    kind: input.kind,
    request,
    reason: input.reason,
    onFailure: input.onFailure,
    expectedHash: input.expectedHash,
    promotedFromId: input.kind === 'promote' || input.kind === 'install' ? await promotedFrom(tx, request.toReleaseId) : undefined,
    notBefore: readNotBefore(input.notBefore),
    part,
  })
}

/** What others cannot be without stays until they are gone, or have somebody else. Those that go with it do not count. */
export async function insistNotNeeded(
  tx: Tx,
  { stageId, applicationId }: { stageId: string; applicationId: string },
  part?: PartOf,
): Promise<void> {
  const dependents = await neededBy(tx, stageId, part?.going)
  if (dependents.length === 0) return
  const all = await allNeeding(tx, stageId)
  // Of another application nothing is taken down from here.
  const isOurs = all.every((one) => one.applicationId === applicationId)
  const names = [...new Set(dependents.map((one) => one.service))]
  throw new AppError('needed', `${names.join(', ')} cannot be without it. Remove or relate them elsewhere first.`, {
    services: names,
    along: isOurs ? all.map((one) => one.service) : [],
  })
}

/** The deploy that brought to test what this one promotes. */
export async function promotedFrom(tx: Tx, releaseId: string | null): Promise<string | undefined> {
  const release = releaseId ? await tx.release.findUnique({ where: { id: releaseId }, select: { promotedFromId: true } }) : null
  if (!release?.promotedFromId) return undefined
  const record = await tx.deployRecord.findFirst({
    where: { toReleaseId: release.promotedFromId, state: 'succeeded' },
    orderBy: { number: 'desc' },
    select: { id: true },
  })
  return record?.id
}

export interface OpenRecord {
  readonly service: Service
  readonly stage: Stage
  readonly kind: DeployKind
  readonly request: DeployRequest
  readonly reason?: string | undefined
  readonly onFailure?: 'stop' | 'roll_back' | undefined
  readonly expectedHash?: string | undefined
  readonly retryOfId?: string
  readonly rollbackOfId?: string
  readonly promotedFromId?: string | undefined
  readonly notBefore?: Date | undefined
  /** Part of a group's record. */
  readonly part?: PartOf | undefined
  /** Automation: what caused it (sweep, policy). */
  readonly cause?: Record<string, unknown>
}

/** Creates the record in `planning` and plans it at once. The caller holds the stage. */
export async function openRecord(tx: Tx, actor: Actor, open: OpenRecord): Promise<{ record: DeployRecord; plan: PlanMade }> {
  const { service, stage, request } = open
  if (service.isRoute) await insistRoute(tx, { service, stage, kind: open.kind, releaseId: request.toReleaseId })
  const now = clock.now()
  const record = await tx.deployRecord.create({
    data: {
      organizationId: service.organizationId,
      applicationId: service.applicationId,
      number: await nextNumber(tx, service.organizationId),
      serviceId: service.id,
      stageId: stage.id,
      serviceName: service.name,
      environment: stage.environment,
      kind: open.kind,
      stateSince: now,
      createdAt: now,
      undecidedSince: now,
      reason: open.reason,
      ...askedBy(actor, open.cause),
      request: json(request),
      expectedHash: open.expectedHash,
      fromReleaseId: stage.releaseId,
      toReleaseId: request.toReleaseId,
      onFailure: open.onFailure ?? 'stop',
      maxUnavailable: stage.maxUnavailable,
      retryOfId: open.retryOfId,
      rollbackOfId: open.rollbackOfId,
      promotedFromId: open.promotedFromId,
      notBefore: open.notBefore,
      partOfId: open.part?.partOfId,
      afterIds: [...(open.part?.afterIds ?? [])],
    },
  })
  await writeEvent(tx, actor, {
    name: 'deploy.requested',
    organizationId: service.organizationId,
    subject: { kind: 'deploy', id: record.id },
    data: { kind: open.kind, service: service.name, environment: stage.environment, number: record.number },
  })
  const plan = await planLocked(tx, asOfStage(record), stage)
  if (!plan.ok)
    throw new AppError(
      plan.code === 'package_suspended' || plan.code === 'service_removed' ? 'plan_refused' : plan.code,
      plan.message,
      plan.details,
    )
  if (open.expectedHash && open.expectedHash !== plan.expectedHash) {
    throw new AppError('plan_changed', 'What would happen has changed since you looked. Review it again.', {
      expected: open.expectedHash,
      actual: plan.expectedHash,
    })
  }
  return { record: await tx.deployRecord.findUniqueOrThrow({ where: { id: record.id } }), plan }
}
