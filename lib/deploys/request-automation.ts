import { systemActor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { DeployKind } from '@/lib/db/generated/enums'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { underWay, unstarted } from './deploy-lifecycle'
import { isWholeRemoval } from './deploy-request'
import { lockStage } from './lock-record'
import { removalOf } from './removal-of'
import { insistNotNeeded, openRecord } from './request-deploy'

export interface AutomationAsk {
  readonly stageId: string
  readonly kind: Extract<DeployKind, 'repair' | 'failover' | 'migrate' | 'relate' | 'remove'>
  /** Missing = whatever differs from the placements (repair); none = only what is missing there. */
  readonly unitNames?: readonly string[]
  /** Placements of these units; missing = all of the stage. */
  readonly placementIds?: readonly string[]
  /** The sweep that asks, and what it saw. */
  readonly by: string
  readonly because: string
  /** What pages say of it: a code of `causes`, and its values. */
  readonly cause?: AutomationCause
}

export interface AutomationCause {
  readonly code:
    | 'machine_lost'
    | 'units_missing'
    | 'machine_drained'
    | 'relation_changed'
    | 'relation_made'
    | 'relation_unheard'
    | 'cluster_back'
    | 'cluster_removed'
  readonly values: Readonly<Record<string, string | number>>
}

/** `none`: one is live already, or automation rests. `refused`: there is no such plan now. */
export type AutomationAnswer =
  | { readonly kind: 'asked'; readonly recordId: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly error: AppError }

/**
 * What a sweep does about reality: it asks for a deploy like anybody. One live record a stage and kind is enough, and while
 * automation is off nobody asks. Returns the record, or null when there is nothing to ask for.
 */
export async function requestAutomation(ask: AutomationAsk): Promise<string | null> {
  const answer = await tryAutomation(ask)
  return answer.kind === 'asked' ? answer.recordId : null
}

export async function tryAutomation({
  stageId,
  kind,
  unitNames,
  placementIds,
  by,
  because,
  cause,
}: AutomationAsk): Promise<AutomationAnswer> {
  try {
    return await transaction(async (tx): Promise<AutomationAnswer> => {
      const stage = await lockStage(tx, stageId)
      const service = await tx.service.findUniqueOrThrow({ where: { id: stage.serviceId } })
      const live = await tx.deployRecord.count({ where: { stageId, kind, state: { in: [...unstarted, ...underWay] } } })
      if (service.removedAt || live > 0 || (await isAutomationOff(tx, stageId, placementIds))) return { kind: 'none' }
      const from = kind === 'remove' && placementIds ? await removalOf(tx, stageId, placementIds) : placementIds
      if (isWholeRemoval(kind, { placementIds: from && [...from] }))
        await insistNotNeeded(tx, { stageId, applicationId: service.applicationId })
      const { record } = await openRecord(tx, systemActor(by), {
        service,
        stage,
        kind,
        request: {
          toReleaseId: null,
          counts: {},
          keepData: true,
          ...(unitNames ? { unitNames: [...unitNames] } : {}),
          ...(from ? { placementIds: [...from] } : {}),
        },
        cause: { by, because, ...cause },
      })
      return { kind: 'asked', recordId: record.id }
    })
  } catch (error) {
    // Nothing to repair, or no room now: a later look asks again.
    if (error instanceof AppError) return { kind: 'refused', error }
    throw error
  }
}

/** After a restore, and where many machines were lost at once, nothing happens by itself until somebody has looked. */
async function isAutomationOff(tx: Tx, stageId: string, placementIds: readonly string[] | undefined): Promise<boolean> {
  const hub = await tx.hub.findUnique({ where: { id: 1 }, select: { automationOffSince: true } })
  if (hub?.automationOffSince) return true
  const resting = await tx.placement.count({
    where: {
      stageId,
      ...(placementIds ? { id: { in: [...placementIds] } } : {}),
      runtime: { OR: [{ automationOffSince: { not: null } }, { lossSince: { not: null } }] },
    },
  })
  return resting > 0
}
