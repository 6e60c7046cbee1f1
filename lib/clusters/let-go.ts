import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { Prisma } from '@/lib/db/generated/client'
import { underWay, unstarted } from '@/lib/deploys/deploy-lifecycle'
import { moveDeploy } from '@/lib/deploys/move-deploy'
import { nameOf } from '@/lib/drivers/kubernetes/workload-content'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { type LedgerWord, ledgerWords } from '@/lib/ledger/words'
import { tellPeers } from '@/lib/relations/tell-peers'
import { raiseInputs } from '@/lib/services/raise-inputs'
import { lockWorkload, moveWorkload } from '@/lib/workloads/move-workload'
import { refsIn } from './load-orders'
import type { ClusterRow } from './move-cluster'
import { nothingOutside } from './outside-changes'
import { removalOfCluster } from './part-cluster'

export const residentColumns = { stage: { include: { service: true } }, workload: true } as const
export type ResidentRow = Prisma.PlacementGetPayload<{ include: typeof residentColumns }>

/**
 * Each of these runs on in its cluster, and nobody here counts on it any more: a line of the ledger says what was left, and where.
 * The caller holds their stages and the cluster.
 */
export async function letGo(
  tx: Tx,
  actor: Actor,
  { cluster, residents, why }: { cluster: ClusterRow; residents: readonly ResidentRow[]; why: LedgerWord },
): Promise<void> {
  for (const resident of residents) {
    await insistQuiet(tx, resident)
    await withdrawRemovals(tx, actor, resident.id)
    await writeDown(tx, { cluster, resident, why })
    await clear(tx, resident)
    const { service, environment } = resident.stage
    await writeEvent(tx, actor, {
      name: 'service.let_go',
      organizationId: service.organizationId,
      subject: { kind: 'service', id: service.id },
      data: { name: service.name, environment, cluster: cluster.runtime.name, before: { count: resident.count }, after: { count: 0 } },
    })
  }
  const stageIds = [...new Set(residents.map((one) => one.stageId))]
  await raiseInputs(tx, stageIds)
  await tellPeers(tx, stageIds)
}

/** What a deploy is changing there this moment nobody can write down. */
async function insistQuiet(tx: Tx, { id: placementId, stageId, stage: { service } }: ResidentRow): Promise<void> {
  const busy = await tx.deployRecord.findFirst({
    where: { stageId, state: { in: [...underWay] }, targets: { some: { placementId } } },
    select: { number: true },
  })
  if (!busy) return
  const values = { service: service.name, number: busy.number }
  throw new AppError('conflict', `Deploy #${busy.number} is changing ${service.name} there: wait for its end, or cancel it.`, {
    reason: 'changing_there',
    values,
  })
}

/** That it be removed there was asked for before, and is not wanted any more. */
export async function withdrawRemovals(tx: Tx, actor: Actor, placementId: string): Promise<void> {
  const asked = await tx.deployRecord.findMany({
    where: { ...removalOfCluster, state: { in: [...unstarted] }, targets: { some: { placementId } } },
    orderBy: { id: 'asc' },
  })
  for (const record of asked) await moveDeploy(tx, actor, record, 'withdraw', { code: 'let_go', message: 'It stays in its cluster.' })
}

const mostNamed = 20

async function writeDown(
  tx: Tx,
  { cluster, resident, why }: { cluster: ClusterRow; resident: ResidentRow; why: LedgerWord },
): Promise<void> {
  const { service } = resident.stage
  const left = refsIn(resident.workload?.inventory)
  if (left.length === 0) return
  const named = left.slice(0, mostNamed).map(({ kind, name }) => `${kind}/${name}`)
  const more = left.length > mostNamed ? [`+${left.length - mostNamed}`] : []
  const key = { clusterId: cluster.id, applicationId: service.applicationId }
  const namespace = await tx.clusterNamespace.findUnique({ where: { clusterId_applicationId: key }, select: { name: true } })
  const unit = service.isRoute ? service.name : nameOf({ service: service.name, subset: resident.subset })
  const values = { unit, namespace: namespace?.name ?? '?', cluster: cluster.runtime.name, objects: [...named, ...more].join(', ') }
  await tx.ledger.create({
    data: {
      organizationId: service.organizationId,
      kind: 'workload',
      clusterId: cluster.id,
      unitId: resident.stageId,
      unitName: unit,
      ...ledgerWords({ code: 'left_in_cluster', values }, why),
    },
  })
  await tx.clusterNamespace.updateMany({ where: key, data: { keepsWork: true } })
}

/** Nothing of it is here any more; where else it is, it stays. */
async function clear(tx: Tx, { id: placementId }: ResidentRow): Promise<void> {
  await tx.placement.update({
    where: { id: placementId },
    data: { releaseId: null, count: 0, wantedReleaseId: null, wantedCount: 0, leavingSince: null },
  })
  await tx.routeSight.deleteMany({ where: { placementId } })
  await tx.workloadPod.deleteMany({ where: { placementId } })
  const workload = await lockWorkload(tx, placementId)
  if (!workload) return
  await moveWorkload(tx, workload, 'let_go', {
    ...{ wanted: 'absent', causeRecordId: null, causeTaskId: null, causeAttempt: null, held: false, heldRecordId: null },
    ...{ contentDigest: null, shownDigest: null, shownReleaseId: null, inventory: [], warnings: [], ...nothingOutside },
    ...{ desired: 0, updated: 0, ready: 0, available: 0, code: null, message: null, lastLines: null },
  })
}
