import { systemActor } from '@/lib/auth/actor'
import type { DeployKind } from '@/lib/db/generated/enums'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { underWay, unstarted } from './deploy-lifecycle'
import { lockStage } from './lock-record'
import { openRecord } from './request-deploy'

export interface AutomationAsk {
  readonly stageId: string
  readonly kind: Extract<DeployKind, 'repair' | 'failover' | 'relate'>
  /** Missing = whatever differs from the placements (repair). */
  readonly unitNames?: readonly string[]
  /** The sweep that asks, and what it saw. */
  readonly by: string
  readonly because: string
}

/**
 * What a sweep does about reality: it asks for a deploy like anybody. One live record a stage and kind is enough, and while
 * automation is off nobody asks. Returns the record, or null when there is nothing to ask for.
 */
export async function requestAutomation({ stageId, kind, unitNames, by, because }: AutomationAsk): Promise<string | null> {
  try {
    return await transaction(async (tx) => {
      const stage = await lockStage(tx, stageId)
      const service = await tx.service.findUniqueOrThrow({ where: { id: stage.serviceId } })
      const hub = await tx.hub.findUnique({ where: { id: 1 }, select: { automationOffSince: true } })
      const live = await tx.deployRecord.count({ where: { stageId, kind, state: { in: [...unstarted, ...underWay] } } })
      if (service.removedAt || hub?.automationOffSince || live > 0) return null
      const { record } = await openRecord(tx, systemActor(by), {
        service,
        stage,
        kind,
        request: { toReleaseId: null, counts: {}, keepData: true, ...(unitNames ? { unitNames: [...unitNames] } : {}) },
        cause: { by, because },
      })
      return record.id
    })
  } catch (error) {
    // Nothing to repair, or no room now: the next look asks again.
    if (error instanceof AppError) return null
    throw error
  }
}
