import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Prisma, Release } from '@/lib/db/generated/client'
import { iso, isoOrNull } from '@/lib/iso-time'
import { dayMs } from '@/lib/machines/inventory-views'
import { pace } from '@/lib/pace'
import { type RouteValues, RouteValuesSchema } from '@/lib/protocol/route'
import type { Sentence } from '@/lib/views'
import { outsideOf } from '@/lib/workloads/load-workload-views'
import { factsOf, readChain } from './certificate'
import { addressesIn } from './check-route'
import type { CertificateView, RoutePlace, RouteRow, RouteStateName } from './views'

const withAll = {
  service: true,
  route: true,
  placements: {
    include: { runtime: { include: { cluster: { select: { heardAt: true } } } }, workload: true, routeSight: true },
    orderBy: [{ order: 'asc' }, { id: 'asc' }],
  },
} as const satisfies Prisma.StageInclude
export type RouteStage = Prisma.StageGetPayload<{ include: typeof withAll }>

export const loadRouteStages = (where: Prisma.StageWhereInput): Promise<RouteStage[]> =>
  db.stage.findMany({
    where: {
      ...where,
      route: { isNot: null },
      service: { ...(where.service as Prisma.ServiceWhereInput), isRoute: true, removedAt: null },
    },
    include: withAll,
    orderBy: [{ service: { name: 'asc' } }, { environment: 'asc' }],
  })

/** The version that stands for a route: the one in force, else the newest that was asked for. */
export async function releasesFor(stages: readonly RouteStage[]): Promise<Map<string, Release>> {
  const [inForce, asked] = await Promise.all([
    db.release.findMany({ where: { id: { in: stages.flatMap((stage) => stage.releaseId ?? []) } } }),
    db.stage.findMany({
      where: { id: { in: stages.filter((stage) => !stage.releaseId).map((stage) => stage.id) } },
      select: { releases: { orderBy: { number: 'desc' }, take: 1 } },
    }),
  ])
  return new Map([...inForce, ...asked.flatMap((stage) => stage.releases)].map((release) => [release.stageId, release]))
}

export const valuesOf = (release: Pick<Release, 'values'> | undefined): RouteValues | undefined =>
  RouteValuesSchema.safeParse(release?.values).data

export function certificateView(chain: string | undefined): CertificateView | null {
  const facts = factsOf(readChain(chain ?? '') ?? [])
  if (!facts) return null
  const { from, to, fingerprint, names, issuer, isSelfSigned, length } = facts
  const daysLeft = Math.floor((to.getTime() - clock.nowMs()) / dayMs)
  return { ...{ fingerprint, names, issuer, isSelfSigned, length, daysLeft }, from: iso(from), to: iso(to) }
}

export const tlsView = (values: RouteValues | undefined): RouteRow['tls'] => ({
  kind: values?.tls ?? 'none',
  issuer: values?.issuer ?? null,
  certificate: certificateView(values?.chain),
})

type Placed = RouteStage['placements'][number]

export function placeView(placement: Placed, numbers: ReadonlyMap<string, number>): RoutePlace {
  const { runtime, workload, routeSight: sight } = placement
  const heardAt = runtime.cluster?.heardAt ?? null
  const state = stateOf(placement)
  return {
    placementId: placement.id,
    cluster: runtime.name,
    heardAt: isoOrNull(heardAt),
    state,
    why:
      sight?.code && (state === 'fails' || (state === 'coming' && isWaitedFor(sight)))
        ? ({ code: sight.code, values: sight.values } as Sentence)
        : null,
    trouble: workload?.state === 'failed' ? workload.message : null,
    version: numbers.get(workload?.shownReleaseId ?? '') ?? null,
    addresses: addressesIn(sight?.addresses),
    status: sight?.status ?? null,
    tookMs: sight?.tookMs ?? null,
    checkedAt: isoOrNull(sight?.checkedAt),
    since: isoOrNull(sight?.since),
    outside: workload ? outsideOf(workload) : [],
  }
}

/** Nothing stays green from memory: what was not asked lately, or lies in a cluster that is silent, is unknown. */
function stateOf({ runtime, workload, routeSight: sight }: Placed): RouteStateName {
  if (!workload || workload.state === 'none' || workload.state === 'removed') return 'none'
  if (!workload.shownReleaseId) return workload.state === 'failed' ? 'fails' : 'coming'
  // Ways in on machines are asked themselves: their answer says how fresh it is.
  const heardAt = runtime.cluster ? (runtime.cluster.heardAt?.getTime() ?? 0) : clock.nowMs()
  const isStale = (sight?.checkedAt?.getTime() ?? 0) < clock.nowMs() - 3 * pace('routeCheck')
  if (heardAt < clock.nowMs() - pace('unknownAfter') || isStale || !sight || sight.works === null) return 'unknown'
  return sight.works ? 'works' : isWaitedFor(sight) ? 'coming' : 'fails'
}

/** Its certificate is on its way, by somebody else's hand. */
const isWaitedFor = ({ code, since }: NonNullable<Placed['routeSight']>): boolean =>
  code === 'not_issued' && (since?.getTime() ?? 0) > clock.nowMs() - pace('routeIssue')

/** Of all its clusters the worst; those where it never came to be say nothing. */
export function worstOf(places: readonly RoutePlace[], isComing: boolean): { state: RouteStateName; why: Sentence | null } {
  const order: readonly RouteStateName[] = ['fails', 'unknown', 'coming', 'works']
  const state = order.find((one) => places.some((place) => place.state === one)) ?? (isComing ? 'coming' : 'none')
  return { state, why: places.find((place) => place.state === state)?.why ?? null }
}
