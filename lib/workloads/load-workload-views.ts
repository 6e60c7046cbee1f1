import { db } from '@/lib/db/client'
import type { Placement, Workload, WorkloadPod } from '@/lib/db/generated/client'
import { releaseRefs } from '@/lib/deploys/deploy-views'
import { iso, isoOrNull } from '@/lib/iso-time'
import { OutsideChangeSchema, type OutsideSeen, type PodStateName, type PodView, WarningViewSchema, type WorkloadView } from './views'

/** No page lists more. */
const mostPods = 100

/** What clusters show of these placements; a placement in a pool has none. */
export async function loadWorkloadViews(placements: readonly Pick<Placement, 'id'>[]): Promise<Map<string, WorkloadView>> {
  const rows = await db.workload.findMany({
    where: { placementId: { in: placements.map((one) => one.id) } },
    include: {
      pods: { orderBy: [{ goneAt: { sort: 'desc', nulls: 'first' } }, { name: 'asc' }], take: mostPods },
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
  const namespaces = await db.clusterNamespace.findMany({ where: { clusterId: { in: rows.flatMap((row) => row.clusterId ?? []) } } })
  return new Map(
    rows.map((row) => {
      const { applicationId } = row.placement.stage.service
      const { state, held, desired, updated, ready, available, code, message, lastLines } = row
      const view: WorkloadView = {
        ...{ state, held, desired, updated, ready, available, code, message, lastLines },
        stateSince: iso(row.stateSince),
        heldBy: holders.find((record) => record.id === row.heldRecordId) ?? null,
        heardAt: isoOrNull(row.cluster?.heardAt ?? null),
        release: refs.get(row.shownReleaseId ?? '') ?? null,
        namespace: namespaces.find((one) => one.clusterId === row.clusterId && one.applicationId === applicationId)?.name ?? null,
        pods: row.pods.map(podView),
        outside: outsideOf(row),
        warnings: WarningViewSchema.array().catch([]).parse(row.warnings),
        objects: (row.inventory as { kind: string; name: string }[]).map(({ kind, name }) => `${kind}/${name}`),
      }
      return [row.placementId, view] as const
    }),
  )
}

/** What others changed of it, and which of that an admin lets be. */
export const outsideOf = ({ outside, keptOutside }: Pick<Workload, 'outside' | 'keptOutside'>): OutsideSeen[] =>
  OutsideChangeSchema.array()
    .catch([])
    .parse(outside)
    .map((one) => ({ ...one, isKept: keptOutside.includes(one.print) }))

const podView = (pod: WorkloadPod): PodView => ({
  id: pod.uid,
  ...{ name: pod.name, isNewest: pod.isNewest, node: pod.node, address: pod.address, image: pod.image, restarts: pod.restarts },
  ...{ reason: pod.reason, message: pod.message, exitCode: pod.exitCode },
  state: podStateOf(pod),
  startedAt: isoOrNull(pod.startedAt),
  goneAt: isoOrNull(pod.goneAt),
  hasLines: pod.lastLines !== null,
})

/** Reasons that are no trouble: they pass by themselves. */
const passing = ['ContainerCreating', 'PodInitializing']

export function podStateOf({ goneAt, isLeaving, isReady, phase, reason }: WorkloadPod): PodStateName {
  if (goneAt) return 'gone'
  if (isLeaving) return 'leaving'
  if (isReady) return 'ready'
  if (phase === 'Succeeded' || phase === 'Failed') return 'ended'
  if (reason && !passing.includes(reason)) return 'failing'
  return phase === 'Running' ? 'running' : 'pending'
}
