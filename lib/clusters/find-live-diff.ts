import type { Actor } from '@/lib/auth/actor'
import { readBlobTexts } from '@/lib/catalog/blobs'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { type DeployAddress, findRecord } from '@/lib/deploys/find-record'
import { iso } from '@/lib/iso-time'
import type { Drift } from './drift-views'
import { previewContent } from './preview-content'

/** What a deploy that has not ended would change in its clusters as they are now: beside its plan, and no part of what is signed. */
export async function findLiveDiff(actor: Actor, address: DeployAddress): Promise<Drift> {
  const record = await findRecord(actor, address)
  const asOf = iso(clock.now())
  if (record.endedAt || !record.serviceId) return { clusters: [], asOf }
  const service = await db.service.findUniqueOrThrow({ where: { id: record.serviceId } })
  const tasks = await db.task.findMany({
    where: { recordId: record.id, verb: { in: ['roll_out', 'restart', 'start'] }, expect: { path: ['kind'], equals: 'workload' } },
    orderBy: { index: 'asc' },
  })
  const targets = await db.deployTarget.findMany({ where: { recordId: record.id } })
  const runtimes = await db.runtime.findMany({
    where: { id: { in: targets.map((target) => target.runtimeId) } },
    include: { cluster: true },
  })
  const workloads = await db.workload.findMany({ where: { placementId: { in: targets.flatMap((target) => target.placementId ?? []) } } })
  const texts = await readBlobTexts(
    db,
    tasks.flatMap((task) => task.contentDigest ?? []),
  )
  const clusters = await Promise.all(
    tasks.map(async (task) => {
      const target = targets.find((one) => one.id === task.targetId)
      const runtime = runtimes.find((one) => one.id === target?.runtimeId)
      const text = texts.get(task.contentDigest ?? '')
      if (!runtime?.cluster || !target?.placementId || !text) return []
      const { restartToken = null } = workloads.find((one) => one.placementId === target.placementId) ?? {}
      const ask = { placementId: target.placementId, runtimeName: runtime.name, cluster: runtime.cluster, service, text }
      const { takeOver } = task.params as { takeOver?: boolean }
      return [await previewContent({ ...ask, isStopped: false, restartToken, isTakenOver: takeOver === true })]
    }),
  )
  return { clusters: clusters.flat(), asOf }
}
