import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import type { WorkloadPicture } from '@/lib/drivers/kubernetes/workload-picture'
import { tellLive } from '@/lib/events/write-event'

interface Counted {
  readonly placementId: string
  readonly organizationId: string
  readonly desired: number
  readonly updated: number
  readonly ready: number
  readonly available: number
}

/** What controllers say of everything that is there; written only where it differs, all of it in one statement. */
export async function saveSights(clusterId: string, picture: WorkloadPicture): Promise<void> {
  const rows = await db.workload.findMany({
    where: { clusterId, state: { notIn: ['none', 'removed'] } },
    include: { placement: { select: { subset: true, stage: { select: { service: true } } } } },
  })
  if (rows.length === 0) return
  const applicationIds = [...new Set(rows.map((row) => row.placement.stage.service.applicationId))]
  const namespaces = await db.clusterNamespace.findMany({ where: { clusterId, applicationId: { in: applicationIds } } })
  const nameOf = new Map(namespaces.map((one) => [one.applicationId, one.name]))
  const changed = rows.flatMap(({ placement, ...row }): Counted[] => {
    const { service } = placement.stage
    const namespace = nameOf.get(service.applicationId) ?? ''
    const { controller } = picture.sightOf({ namespace, service: service.name, subset: placement.subset })
    const { desired = 0, updated = 0, ready = 0, available = 0 } = controller ?? {}
    const isSame = row.desired === desired && row.updated === updated && row.ready === ready && row.available === available
    return isSame ? [] : [{ placementId: row.placementId, organizationId: service.organizationId, desired, updated, ready, available }]
  })
  if (changed.length === 0) return
  await transaction(async (tx) => {
    await tx.$executeRaw`
      update "Workload" w set desired = n.desired, updated = n.updated, ready = n.ready, available = n.available, "seenAt" = ${clock.now()}::timestamp
      from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as n("placementId" text, desired int, updated int, ready int, available int)
      where w."placementId" = n."placementId" and w.state not in ('none', 'removed')`
    tellLive(tx, [...new Set(changed.map((one) => `org:${one.organizationId}`))], 'workload.observed')
  })
}
