import type { Tx } from '@/lib/db/client'
import type { Task } from '@/lib/db/generated/client'
import type { Situation } from './engine/situation'

type Facts = Pick<Situation, 'workloads' | 'silentTargets'>

/** Of the record's targets in clusters: what the clusters show, and which of them do not answer. */
export async function workloadsOf(tx: Tx, recordId: string, tasks: readonly Pick<Task, 'expect'>[]): Promise<Facts> {
  const none: Facts = { workloads: new Map(), silentTargets: new Set() }
  if (!tasks.some(({ expect }) => (expect as { kind?: string }).kind === 'workload')) return none
  const targets = await tx.deployTarget.findMany({ where: { recordId }, select: { id: true, placementId: true, runtimeId: true } })
  const clusters = await tx.cluster.findMany({
    where: { runtimeId: { in: targets.map((target) => target.runtimeId) } },
    select: { runtimeId: true, state: true },
  })
  const rows = await tx.workload.findMany({ where: { placementId: { in: targets.flatMap((target) => target.placementId ?? []) } } })
  const rowOf = new Map(rows.map((row) => [row.placementId, row]))
  const offline = new Set(clusters.filter((cluster) => cluster.state === 'offline').map((cluster) => cluster.runtimeId))
  return {
    workloads: new Map(
      targets.flatMap((target) => {
        const row = rowOf.get(target.placementId ?? '')
        if (!row) return []
        const facts = { state: row.state, shownDigest: row.shownDigest, isApplied: row.appliedRevision >= row.revision }
        return [[target.id, facts] as const]
      }),
    ),
    silentTargets: new Set(targets.filter((target) => offline.has(target.runtimeId)).map((target) => target.id)),
  }
}
