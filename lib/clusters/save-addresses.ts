import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import type { WorkloadPicture } from '@/lib/drivers/kubernetes/workload-picture'
import { tellLive } from '@/lib/events/write-event'
import { canonicalJson } from '@/lib/protocol/canonical'

/** What the cluster says of where its routes are reached. Only what differs is written; it is asked soon after. */
export async function saveAddresses(clusterId: string, picture: WorkloadPicture): Promise<void> {
  const rows = await db.workload.findMany({
    where: { clusterId, state: { notIn: ['none', 'removed'] }, placement: { stage: { service: { isRoute: true } } } },
    select: {
      placementId: true,
      inventory: true,
      placement: { select: { routeSight: { select: { addresses: true } }, stage: { select: { service: true } } } },
    },
  })
  if (rows.length === 0) return
  const namespaces = await db.clusterNamespace.findMany({ where: { clusterId }, select: { applicationId: true, name: true } })
  const nameOf = new Map(namespaces.map((one) => [one.applicationId, one.name]))
  for (const { placementId, inventory, placement } of rows) {
    const { service } = placement.stage
    const ingress = (inventory as { kind: string; name: string }[]).find((one) => one.kind === 'Ingress')
    const addresses = ingress ? picture.addressesOf(nameOf.get(service.applicationId) ?? '', ingress.name) : []
    if (canonicalJson(placement.routeSight?.addresses ?? []) === canonicalJson([...addresses])) continue
    await transaction(async (tx) => {
      // Asked at the next round, whenever it was asked last.
      const data = { addresses: [...addresses], checkedAt: null }
      await tx.routeSight.upsert({ where: { placementId }, create: { placementId, ...data, since: clock.now() }, update: data })
      tellLive(tx, [`org:${service.organizationId}`], 'route.observed')
    })
  }
}
