import { z } from 'zod'
import type { Tx } from '@/lib/db/client'
import { lockStage } from '@/lib/deploys/lock-record'
import { AppError, notFound } from '@/lib/errors'
import { freshnessOf } from '@/lib/machines/freshness'
import { type ResidentRow, residentColumns } from './let-go'
import { type ClusterRow, lockCluster } from './move-cluster'
import { placedIn } from './placed-in'

export const NamedClusterSchema = z.object({
  clusterId: z.string(),
  /** Its name, typed: something may be lost. */ typedName: z.string().max(200),
})

export interface HeldCluster {
  readonly cluster: ClusterRow
  readonly residents: readonly ResidentRow[]
}

/** The cluster and what lives there. Stages are taken before it, as by everybody, also of what is there no more. */
export async function holdCluster(tx: Tx, clusterId: string): Promise<HeldCluster> {
  const found = await tx.cluster.findUnique({ where: { id: clusterId }, select: { runtimeId: true } })
  if (!found) throw notFound('This cluster')
  const stages = await tx.placement.findMany({ where: found, distinct: ['stageId'], select: { stageId: true } })
  for (const stageId of stages.map((one) => one.stageId).sort()) await lockStage(tx, stageId)
  const cluster = await lockCluster(tx, clusterId)
  const residents = await tx.placement.findMany({ where: placedIn(cluster), include: residentColumns, orderBy: { id: 'asc' } })
  if (residents.some((one) => !stages.some(({ stageId }) => stageId === one.stageId)))
    throw new AppError('stale', 'Something came to this cluster meanwhile: look again.')
  return { cluster, residents }
}

export const factsOfHeld = ({ cluster, residents }: HeldCluster) => ({
  ...cluster,
  residents: residents.length,
  isHeard: freshnessOf(cluster) === 'known',
})

export function insistName({ runtime }: ClusterRow, typedName: string): void {
  if (typedName !== runtime.name)
    throw new AppError('invalid', 'Type the cluster’s name to confirm.', { fields: { typedName: 'does not match' } })
}
