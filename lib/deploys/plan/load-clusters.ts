import type { Tx } from '@/lib/db/client'
import type { Placement, Runtime, Service } from '@/lib/db/generated/client'
import { driverKindOf, workloadDriverOf } from '@/lib/deploys/driver-of'
import { untoldWorkloads } from '@/lib/relations/workload-relations'
import type { PlanNotes } from './plan-notes'
import type { ClusterPlacement } from './plan-types'

type Row = Placement & { runtime: Runtime }

/** Placements that are handed over as a whole, as they are or as an earlier live record promises them. */
export async function loadClusters(
  tx: Tx,
  rows: readonly Row[],
  { service, notes, tells }: { service: Service; notes: PlanNotes | undefined; tells: boolean },
): Promise<ClusterPlacement[]> {
  if (rows.length === 0) return []
  const workloads = await tx.workload.findMany({ where: { placementId: { in: rows.map((row) => row.id) } } })
  const untold = tells ? await untoldWorkloads(tx, rows[0]?.stageId ?? '') : []
  const leaving = await tx.cluster.findMany({
    where: { runtimeId: { in: rows.map((row) => row.runtimeId) }, removingSince: { not: null } },
    select: { runtimeId: true },
  })
  const namespaces = await tx.clusterNamespace.findMany({
    where: { applicationId: service.applicationId, cluster: { runtimeId: { in: rows.map((row) => row.runtimeId) } } },
    include: { cluster: { select: { runtimeId: true } } },
  })
  return rows.map((row): ClusterPlacement => {
    const workload = workloads.find((one) => one.placementId === row.id)
    const promised = notes?.placements.find((one) => one.id === row.id)
    const namespace = namespaces.find((one) => one.cluster.runtimeId === row.runtimeId)
    return {
      id: row.id,
      runtimeId: row.runtimeId,
      runtimeName: row.runtime.name,
      runtimeKind: row.runtime.kind,
      environment: row.runtime.environment,
      driver: workloadDriverOf(driverKindOf(row.runtime, service)),
      subset: row.subset,
      order: row.order,
      releaseId: promised ? promised.releaseId : row.releaseId,
      count: promised ? promised.count : row.count,
      wantedReleaseId: promised ? promised.releaseId : row.wantedReleaseId,
      wantedCount: promised ? promised.count : row.wantedCount,
      state: promised?.workload?.state ?? workload?.state ?? 'none',
      held: promised ? false : (workload?.held ?? false),
      contentDigest: promised?.workload ? promised.workload.contentDigest : (workload?.shownDigest ?? null),
      isUntold: untold.some((one) => one.placementId === row.id),
      whyNotNamespace: namespace ? whyNot[namespace.state]?.(namespace.reason) : undefined,
      isLeaving: leaving.some((one) => one.runtimeId === row.runtimeId),
    }
  })
}

const whyNot: Partial<Record<string, (reason: string | null) => string>> = {
  foreign: () => 'one of its name is there already, and an operator has to adopt it.',
  refused: (reason) => reason ?? 'the cluster refused it.',
}
