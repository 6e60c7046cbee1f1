import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Plan } from '@/lib/db/generated/client'
import { DeployRequestSchema } from '@/lib/deploys/deploy-request'
import { openRecord } from '@/lib/deploys/request-deploy'
import type { StageRecord } from '@/lib/deploys/stage-record'
import { AppError } from '@/lib/errors'
import { openGroup } from './open-group'
import { type GroupRecord, partsOf } from './parts'

interface Ask {
  readonly reason?: string | undefined
  readonly expectedHash?: string | undefined
}

/** The parts that did not succeed, asked for again as one, in the order they had. The caller holds their stages and the record. */
export async function retryGroup(
  tx: Tx,
  actor: Actor,
  record: GroupRecord,
  { reason, expectedHash }: Ask,
): Promise<{ record: DeployRecord; plan: Plan }> {
  const parts = await partsOf(tx, record.id)
  const left = await stillLeft(tx, parts)
  if (left.length === 0) throw new AppError('nothing_to_do', 'Every part of it has succeeded since.')
  const nameOf = new Map(parts.map((part) => [part.id, part.serviceName]))
  const group = await tx.group.findUniqueOrThrow({ where: { id: record.groupId } })
  return openGroup(tx, actor, {
    group,
    environment: record.environment,
    kind: record.kind,
    reason: reason || (record.reason ?? undefined),
    expectedHash,
    retryOfId: record.id,
    parts: left.map((part) => ({
      service: part.serviceName,
      after: part.afterIds.flatMap((id) => nameOf.get(id) ?? []),
      open: (partOf) => openAgain(tx, actor, part, { reason, part: partOf }),
    })),
  })
}

/** What failed or never began, unless somebody has brought that part alone to its end meanwhile. */
async function stillLeft(tx: Tx, parts: readonly StageRecord[]): Promise<StageRecord[]> {
  const left = parts.filter((part) => part.state !== 'succeeded')
  const since = await tx.deployRecord.findMany({
    where: { stageId: { in: left.map((part) => part.stageId) }, state: 'succeeded' },
    select: { stageId: true, kind: true, number: true },
  })
  return left.filter((part) => !since.some((one) => one.stageId === part.stageId && one.kind === part.kind && one.number > part.number))
}

async function openAgain(tx: Tx, actor: Actor, part: StageRecord, more: Pick<Parameters<typeof openRecord>[2], 'reason' | 'part'>) {
  const stage = await tx.stage.findUniqueOrThrow({ where: { id: part.stageId }, include: { service: true } })
  const { service, ...own } = stage
  const request = DeployRequestSchema.parse(part.request)
  return openRecord(tx, actor, { service, stage: own, kind: part.kind, request, retryOfId: part.id, ...more })
}
