import { hash } from 'node:crypto'
import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db, type Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { isEcho, sortPods } from '@/lib/drivers/kubernetes/judge-rollout'
import { types } from '@/lib/drivers/kubernetes/objects'
import type { PictureChanges } from '@/lib/drivers/kubernetes/picture-changes'
import { isController, nameOf } from '@/lib/drivers/kubernetes/workload-content'
import type { EventFacts, PodFacts } from '@/lib/drivers/kubernetes/workload-facts'
import type { Sight, WorkloadPicture } from '@/lib/drivers/kubernetes/workload-picture'
import { tellLive, writeEvents } from '@/lib/events/write-event'
import { pace } from '@/lib/pace'
import type { Environment } from '@/lib/views'
import { mostWarnings, type OutsideChange, type WarningView } from '@/lib/workloads/views'
import { refsIn } from './load-orders'
import { outsideChanges } from './outside-changes'

/** What was written last, by placement, and of which objects: a quiet cluster costs nothing. Another process writes everything once. */
export type Written = Map<string, { readonly print: string; readonly objects: string }>

interface Seen {
  readonly placementId: string
  readonly objects: string
  readonly organizationId: string
  readonly serviceId: string
  readonly service: string
  readonly environment: Environment
  readonly cluster: string
  readonly counts: { readonly desired: number; readonly updated: number; readonly ready: number; readonly available: number }
  readonly warnings: readonly WarningView[]
  readonly outside: readonly OutsideChange[]
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
  const changes = picture.takeChanges()
  try {
    const all = await placed(clusterId)
    picture.lookForSecretsIn(new Set(all.filter(holdsSecret).flatMap((row) => row.namespace ?? [])))
    const rows = all.filter((row) => isDue(row, changes, written))
    const seen = rows.map((row) => sightOf(row, picture))
    const news = seen.filter((one) => written.get(one.placementId)?.print !== one.print)
    if (news.length > 0) await write(news)
    for (const { placementId, print, objects } of seen) written.set(placementId, { print, objects })
  } catch (error) {
    // What changed is not known any more.
    written.clear()
    throw error
  }
}

async function write(seen: readonly Seen[]): Promise<void> {
  await transaction(async (tx) => {
    await tellChanged(tx, await writeCounts(tx, seen))
    await writePods(tx, seen)
    tellLive(tx, [...new Set(seen.map((one) => `org:${one.organizationId}`))], 'workload.observed')
  })
}

interface PlacedRow {
  readonly placementId: string
  readonly subset: string
  readonly service: string
  readonly serviceId: string
  readonly organizationId: string
  readonly environment: Environment
  readonly cluster: string
  readonly namespace: string | null
  readonly inventory: unknown
  readonly appliedRevision: number
  /** Nothing is being done to it, and all of it is as it was last applied. */
  readonly isSettled: boolean
}

/** Asked after every change: plain, and with nothing that is not needed. */
const placed = (clusterId: string): Promise<PlacedRow[]> => db.$queryRaw<PlacedRow[]>`
  select w."placementId", p.subset, s.name as service, s.id as "serviceId", t.environment, r.name as cluster, s."organizationId", n.name as namespace, w.inventory, w."appliedRevision",
    w."causeTaskId" is null and not w.held and w.state in ('available', 'stopped')
      and w."appliedAt" < ${new Date(clock.nowMs() - pace('outsideGrace'))}::timestamp as "isSettled"
  from "Workload" w join "Placement" p on p.id = w."placementId" join "Runtime" r on r.id = p."runtimeId" join "Stage" t on t.id = p."stageId" join "Service" s on s.id = t."serviceId"
  left join "ClusterNamespace" n on n."clusterId" = w."clusterId" and n."applicationId" = s."applicationId"
  where w."clusterId" = ${clusterId} and w.state <> 'none'`

const holdsSecret = ({ inventory }: PlacedRow): boolean => refsIn(inventory).some(({ kind }) => kind === types.secret.kind)
const controllersIn = ({ inventory }: PlacedRow) => refsIn(inventory).filter(isController)
/** Where it is looked for, and by which names: what was written of other ones says nothing. */
const objectsOf = (row: PlacedRow): string =>
  [
    row.namespace,
    row.service,
    row.subset,
    row.isSettled ? row.appliedRevision : '',
    ...controllersIn(row).map(({ kind, name }) => `${kind}/${name}`),
  ].join(' ')

/** Of what looks as it did nothing is worked out anew: in a large cluster that is nearly everything. */
function isDue(row: PlacedRow, changes: PictureChanges, written: Written): boolean {
  if (written.get(row.placementId)?.objects !== objectsOf(row)) return true
  return changes.isAbout(row.namespace ?? '', [nameOf(row), ...refsIn(row.inventory).map((ref) => ref.name)])
}

function sightOf(row: PlacedRow, picture: WorkloadPicture): Seen {
  const { placementId, organizationId, serviceId, subset, service, environment, cluster, namespace } = row
  const of = { namespace: namespace ?? '', service, subset }
  const { pods, events } = picture.sightOf(of)
  const parts = picture.sightsOf(of, controllersIn(row))
  const outside = row.isSettled ? outsideChanges(refsIn(row.inventory), (ref) => picture.hands.of(of.namespace, ref)) : []
  const what = { counts: countsOf(parts), warnings: warningsOf(events), outside, pods: podsOf(placementId, pods, parts) }
  return {
    placementId,
    organizationId,
    serviceId,
    service,
    environment,
    cluster,
    objects: objectsOf(row),
    ...what,
    print: hash('sha1', JSON.stringify(what)),
  }
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

/** Gives what others have changed since it was last written. */
async function writeCounts(tx: Tx, seen: readonly Seen[]): Promise<Seen[]> {
  const rows = seen.map(({ placementId, counts, warnings, outside }) => ({ placementId, ...counts, warnings, outside }))
  const changed = await tx.$queryRaw<{ placementId: string }[]>`
    update "Workload" w set
      -- Of the row as it is written: somebody may have kept a change a moment ago.
      "isChanged" = exists (select 1 from jsonb_array_elements(n.outside) one where one->>'print' <> all(w."keptOutside")),
      desired = n.desired, updated = n.updated, ready = n.ready, available = n.available, warnings = n.warnings,
      outside = n.outside, "seenAt" = ${clock.now()}::timestamp
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as n("placementId" text, desired int, updated int, ready int, available int, warnings jsonb, outside jsonb)
    join "Workload" o on o."placementId" = n."placementId"
    where w."placementId" = n."placementId"
    returning case when w."isChanged" and not o."isChanged" then w."placementId" end as "placementId"`
  const news = new Set(changed.map((row) => row.placementId))
  return seen.filter((one) => news.has(one.placementId))
}

const observer = systemActor('observer')

/** Told once; what is kept, or is put back, may be told again later. */
async function tellChanged(tx: Tx, seen: readonly Seen[]): Promise<void> {
  const events = seen.map(({ organizationId, serviceId, service, environment, cluster, outside }) => ({
    name: 'service.changed_outside' as const,
    organizationId,
    subject: { kind: 'service' as const, id: serviceId },
    data: {
      name: service,
      service,
      environment,
      cluster,
      changes: outside.map(({ object, kind, owner, fields }) => ({ object, kind, owner, fields })),
    },
  }))
  await writeEvents(tx, observer, events)
}

/** Pods that are not shown any more are gone: they stay listed for a while as they were last. Of many pods few differ. */
async function writePods(tx: Tx, seen: readonly Seen[]): Promise<void> {
  const pods = seen.flatMap((one) => one.pods)
  const now = clock.now()
  await tx.$executeRaw`
    insert into "WorkloadPod" (uid, "placementId", name, "isNewest", phase, "isReady", "isLeaving", node, address, image, restarts, reason, message, "exitCode", "startedAt")
    select n.uid, n."placementId", n.name, n."isNewest", n.phase, n."isReady", n."isLeaving", n.node, n.address, n.image, n.restarts, n.reason, n.message, n."exitCode", n."startedAt"
    from jsonb_to_recordset(${JSON.stringify(pods)}::jsonb) as n(uid text, "placementId" text, name text, "isNewest" boolean, phase text, "isReady" boolean,
      "isLeaving" boolean, node text, address text, image text, restarts int, reason text, message text, "exitCode" int, "startedAt" timestamp)
    left join "WorkloadPod" p on p.uid = n.uid
    where (p."isNewest", p.phase, p."isReady", p."isLeaving", p.node, p.address, p.image, p.restarts, p.reason, p.message, p."exitCode", p."startedAt", p."goneAt")
      is distinct from (n."isNewest", n.phase, n."isReady", n."isLeaving", n.node, n.address, n.image, n.restarts, n.reason, n.message, n."exitCode", n."startedAt", null)
    on conflict (uid) do update set "isNewest" = excluded."isNewest", phase = excluded.phase, "isReady" = excluded."isReady",
      "isLeaving" = excluded."isLeaving", node = excluded.node, address = excluded.address, image = excluded.image, restarts = excluded.restarts,
      reason = excluded.reason, message = excluded.message, "exitCode" = excluded."exitCode", "startedAt" = excluded."startedAt", "goneAt" = null`
  const [placements, shown] = [seen.map((one) => one.placementId), pods.map((pod) => pod.uid)]
  await tx.$executeRaw`
    update "WorkloadPod" set "goneAt" = ${now}::timestamp, "isReady" = false
    where "placementId" = any(${placements}) and "goneAt" is null and uid <> all(${shown})`
  await tx.$executeRaw`
    delete from "WorkloadPod" where "placementId" = any(${placements}) and "goneAt" < ${new Date(now.getTime() - pace('gonePods'))}::timestamp`
}
