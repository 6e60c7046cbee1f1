import { clock } from '@/lib/clock'
import { db, type Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { isEcho, sortPods } from '@/lib/drivers/kubernetes/judge-rollout'
import { isController } from '@/lib/drivers/kubernetes/workload-content'
import type { EventFacts, PodFacts } from '@/lib/drivers/kubernetes/workload-facts'
import type { Sight, WorkloadPicture } from '@/lib/drivers/kubernetes/workload-picture'
import { tellLive } from '@/lib/events/write-event'
import { pace } from '@/lib/pace'
import { canonicalJson } from '@/lib/protocol/canonical'
import { mostWarnings, type WarningView } from '@/lib/workloads/views'
import { refsIn } from './load-orders'

/** What was written last, by placement: a quiet cluster costs nothing. Another process writes everything once. */
export type Written = Map<string, string>

interface Seen {
  readonly placementId: string
  readonly organizationId: string
  readonly counts: { readonly desired: number; readonly updated: number; readonly ready: number; readonly available: number }
  readonly warnings: readonly WarningView[]
  readonly pods: readonly PodRow[]
  readonly print: string
}

interface PodRow {
  readonly uid: string
  readonly placementId: string
  readonly name: string
  readonly isNewest: boolean
  readonly phase: string
  readonly isReady: boolean
  readonly isLeaving: boolean
  readonly node: string | null
  readonly address: string | null
  readonly image: string
  readonly restarts: number
  readonly reason: string | null
  readonly message: string | null
  readonly exitCode: number | null
  readonly startedAt: string | null
}

/** What the cluster shows of everything that is there: counts, pods, warnings. Only what differs is written, all of it together. */
export async function saveSights(clusterId: string, picture: WorkloadPicture, written: Written): Promise<void> {
  const seen = (await sightsOf(clusterId, picture)).filter((one) => written.get(one.placementId) !== one.print)
  if (seen.length === 0) return
  await transaction(async (tx) => {
    await writeCounts(tx, seen)
    await writePods(tx, seen)
    tellLive(tx, [...new Set(seen.map((one) => `org:${one.organizationId}`))], 'workload.observed')
  })
  for (const one of seen) written.set(one.placementId, one.print)
}

async function sightsOf(clusterId: string, picture: WorkloadPicture): Promise<Seen[]> {
  const rows = await db.workload.findMany({
    where: { clusterId, state: { not: 'none' } },
    select: { placementId: true, inventory: true, placement: { select: { subset: true, stage: { select: { service: true } } } } },
  })
  if (rows.length === 0) return []
  const namespaces = await db.clusterNamespace.findMany({ where: { clusterId }, select: { applicationId: true, name: true } })
  const nameOf = new Map(namespaces.map((one) => [one.applicationId, one.name]))
  return rows.map(({ placementId, inventory, placement: { subset, stage } }) => {
    const { service } = stage
    const of = { namespace: nameOf.get(service.applicationId) ?? '', service: service.name, subset }
    const { pods, events } = picture.sightOf(of)
    const parts = picture.sightsOf(of, refsIn(inventory).filter(isController))
    const what = { counts: countsOf(parts), warnings: warningsOf(events), pods: podsOf(placementId, pods, parts) }
    return { placementId, organizationId: service.organizationId, ...what, print: canonicalJson(what) }
  })
}

/** Of what is to run on; what comes to an end by itself is not counted. */
function countsOf(parts: readonly Sight[]): Seen['counts'] {
  const counted = parts.flatMap(({ controller }) => (controller && controller.kind !== 'Job' ? [controller] : []))
  const sum = (of: keyof Seen['counts']) => counted.reduce((total, one) => total + one[of], 0)
  return { desired: sum('desired'), updated: sum('updated'), ready: sum('ready'), available: sum('available') }
}

const warningsOf = (events: readonly EventFacts[]): WarningView[] =>
  events
    .filter((event) => !isEcho(event.message))
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, mostWarnings)
    .map(({ kind, name, reason, message, at, count }) => ({ about: `${kind}/${name}`, reason, message, at, count }))

function podsOf(placementId: string, pods: readonly PodFacts[], parts: readonly Sight[]): PodRow[] {
  const newest = new Set(parts.flatMap((part) => sortPods(part).newest.map((pod) => pod.uid)))
  return pods.map((pod) => ({
    placementId,
    isNewest: newest.has(pod.uid),
    restarts: pod.containers.reduce((sum, one) => sum + one.restarts, 0),
    ...whyOf(pod),
    ...{ uid: pod.uid, name: pod.name, phase: pod.phase, isReady: pod.isReady, isLeaving: pod.isLeaving },
    ...{ node: pod.node, address: pod.address, image: pod.image, startedAt: pod.startedAt },
  }))
}

function whyOf({ containers, unschedulable }: PodFacts): Pick<PodRow, 'reason' | 'message' | 'exitCode'> {
  const waiting = containers.find((one) => one.waiting)?.waiting
  const last = containers.find((one) => one.last)?.last
  if (waiting) return { reason: waiting.reason, message: waiting.message || null, exitCode: last?.exitCode ?? null }
  if (unschedulable) return { reason: 'Unschedulable', message: unschedulable, exitCode: null }
  return { reason: last?.reason ?? null, message: null, exitCode: last?.exitCode ?? null }
}

async function writeCounts(tx: Tx, seen: readonly Seen[]): Promise<void> {
  const rows = seen.map(({ placementId, counts, warnings }) => ({ placementId, ...counts, warnings }))
  await tx.$executeRaw`
    update "Workload" w set desired = n.desired, updated = n.updated, ready = n.ready, available = n.available, warnings = n.warnings,
      "seenAt" = ${clock.now()}::timestamp
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as n("placementId" text, desired int, updated int, ready int, available int, warnings jsonb)
    where w."placementId" = n."placementId"`
}

/** Pods that are not shown any more are gone: they stay listed for a while as they were last. */
async function writePods(tx: Tx, seen: readonly Seen[]): Promise<void> {
  const pods = seen.flatMap((one) => one.pods)
  const now = clock.now()
  await tx.$executeRaw`
    insert into "WorkloadPod" (uid, "placementId", name, "isNewest", phase, "isReady", "isLeaving", node, address, image, restarts, reason, message, "exitCode", "startedAt")
    select n.uid, n."placementId", n.name, n."isNewest", n.phase, n."isReady", n."isLeaving", n.node, n.address, n.image, n.restarts, n.reason, n.message, n."exitCode", n."startedAt"
    from jsonb_to_recordset(${JSON.stringify(pods)}::jsonb) as n(uid text, "placementId" text, name text, "isNewest" boolean, phase text, "isReady" boolean,
      "isLeaving" boolean, node text, address text, image text, restarts int, reason text, message text, "exitCode" int, "startedAt" timestamp)
    on conflict (uid) do update set "isNewest" = excluded."isNewest", phase = excluded.phase, "isReady" = excluded."isReady",
      "isLeaving" = excluded."isLeaving", node = excluded.node, address = excluded.address, image = excluded.image, restarts = excluded.restarts,
      reason = excluded.reason, message = excluded.message, "exitCode" = excluded."exitCode", "startedAt" = excluded."startedAt", "goneAt" = null`
  const gone = { placementId: { in: seen.map((one) => one.placementId) }, uid: { notIn: pods.map((pod) => pod.uid) } }
  await tx.workloadPod.updateMany({ where: { ...gone, goneAt: null }, data: { goneAt: now, isReady: false } })
  await tx.workloadPod.deleteMany({ where: { ...gone, goneAt: { lt: new Date(now.getTime() - pace('gonePods')) } } })
}
