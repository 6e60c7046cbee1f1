import { db } from '@/lib/db/client'
import type { Placement } from '@/lib/db/generated/client'
import { releaseRefs } from '@/lib/deploys/deploy-views'
import { iso, isoOrNull } from '@/lib/iso-time'
import type { WorkloadView } from './views'

/** What clusters show of these placements; a placement in a pool has none. */
export async function loadWorkloadViews(placements: readonly Pick<Placement, 'id'>[]): Promise<Map<string, WorkloadView>> {
  const rows = await db.workload.findMany({
    where: { placementId: { in: placements.map((one) => one.id) } },
    include: {
      cluster: { select: { heardAt: true } },
      placement: { select: { stage: { select: { service: { select: { applicationId: true } } } } } },
    },
  })
  if (rows.length === 0) return new Map()
  const refs = await releaseRefs(
    db,
    rows.map((row) => row.shownReleaseId),
  )
  const holders = await db.deployRecord.findMany({
    where: { id: { in: rows.flatMap((row) => row.heldRecordId ?? []) } },
    select: { id: true, number: true },
  })
  const namespaces = await db.clusterNamespace.findMany({ where: { clusterId: { in: rows.map((row) => row.clusterId) } } })
  return new Map(
    rows.map((row) => {
      const { applicationId } = row.placement.stage.service
      const { state, held, desired, updated, ready, available, code, message, lastLines } = row
      const view: WorkloadView = {
        ...{ state, held, desired, updated, ready, available, code, message, lastLines },
        stateSince: iso(row.stateSince),
        heldBy: holders.find((record) => record.id === row.heldRecordId) ?? null,
        heardAt: isoOrNull(row.cluster.heardAt),
        release: refs.get(row.shownReleaseId ?? '') ?? null,
        namespace: namespaces.find((one) => one.clusterId === row.clusterId && one.applicationId === applicationId)?.name ?? null,
        objects: (row.inventory as { kind: string; name: string }[]).map(({ kind, name }) => `${kind}/${name}`),
      }
      return [row.placementId, view] as const
    }),
  )
}
