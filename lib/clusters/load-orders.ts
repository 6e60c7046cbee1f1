import { z } from 'zod'
import { readBlobTexts } from '@/lib/catalog/blobs'
import { db } from '@/lib/db/client'
import type { Cluster, Workload } from '@/lib/db/generated/client'
import type { NamespaceState } from '@/lib/db/generated/enums'
import type { ObjectRef, SetOwner } from '@/lib/drivers/kubernetes/apply-set'
import { applicationIn } from '@/lib/drivers/kubernetes/permissions'
import { readContent, type WorkloadContent } from '@/lib/drivers/kubernetes/workload-content'
import { RelationEnd } from '@/lib/protocol/relations'
import { hubLabel } from './wanted-namespaces'

/** Something that shall be carried out in a cluster now. */
export interface Order {
  readonly row: Workload
  readonly task: { readonly recordId: string; readonly taskId: string; readonly attempt: number }
  readonly owner: SetOwner
  readonly service: string
  readonly subset: string
  /** Of what it shall be; of a removal null. */
  readonly content: WorkloadContent | null
  readonly text: string
  readonly inventory: readonly ObjectRef[]
  readonly namespace: NamespaceState
  /** What it is told of others; null = it is related to nobody. */
  readonly relations: readonly RelationEnd[] | null
}

export const relationsIn = (text: string | undefined): RelationEnd[] | null =>
  text === undefined ? null : z.array(RelationEnd).parse(JSON.parse(text))

export const refsIn = (stored: unknown): ObjectRef[] => (Array.isArray(stored) ? (stored as ObjectRef[]) : [])

/** What was ordered in this cluster and has not come to its end, with all that is needed to carry it out. */
export async function loadOrders({ id: clusterId }: Pick<Cluster, 'id'>): Promise<Order[]> {
  const rows = await db.workload.findMany({
    where: { clusterId, causeTaskId: { not: null } },
    include: { placement: { select: { subset: true, stage: { select: { service: true } } } } },
    orderBy: { placementId: 'asc' },
  })
  if (rows.length === 0) return []
  const applicationIds = rows.map((row) => row.placement.stage.service.applicationId)
  const namespaces = await db.clusterNamespace.findMany({ where: { clusterId, applicationId: { in: applicationIds } } })
  const texts = await readBlobTexts(
    db,
    rows.flatMap((row) => (row.wanted === 'absent' ? [] : [row.contentDigest, row.relationsDigest].flatMap((digest) => digest ?? []))),
  )
  const hubId = await hubLabel()
  return rows.flatMap(({ placement, ...row }): Order[] => {
    const { service } = placement.stage
    const namespace = namespaces.find((one) => one.applicationId === service.applicationId)
    if (!namespace || !row.causeRecordId || !row.causeTaskId) return []
    const text = texts.get(row.contentDigest ?? '') ?? ''
    return [
      {
        row,
        task: { recordId: row.causeRecordId, taskId: row.causeTaskId, attempt: row.causeAttempt ?? 1 },
        owner: {
          hubId,
          applicationId: service.applicationId,
          serviceId: service.id,
          namespace: namespace.name,
          as: applicationIn(namespace.name),
        },
        service: service.name,
        subset: placement.subset,
        content: row.wanted !== 'absent' && text ? readContent(text) : null,
        text,
        inventory: refsIn(row.inventory),
        namespace: namespace.state,
        relations: relationsIn(texts.get(row.relationsDigest ?? '')),
      },
    ]
  })
}
