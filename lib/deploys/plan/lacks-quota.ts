import { deployKinds } from '@/lib/deploys/deploy-lifecycle'
import { resourcesOf } from '@/lib/drivers/driver'
import { amountKinds, type QuotaLine, type Used } from '@/lib/quotas/amount-views'
import type { PlanInput, PlannedReservation, PlanRefused } from './plan-types'
import type { UnitStep } from './plan-units'
import { type WorkloadStep, wantedOf } from './plan-workloads'

interface Asked {
  readonly steps: readonly UnitStep[]
  readonly workloads: readonly WorkloadStep[]
  readonly reservations: readonly PlannedReservation[]
}

/** What this plan would use of each quota: units that come to be, and room that those which are there grow by. */
export function quotaLines(input: PlanInput, { steps, workloads, reservations }: Asked): QuotaLine[] {
  // What automation makes again was asked for, and counted, when people asked for it.
  if (deployKinds[input.kind].automation) return []
  return input.quotas.flatMap(({ limits, used, ...of }) => {
    const isThere = (runtimeId: string) => of.runtimeId === null || of.runtimeId === runtimeId
    const placements = new Set(input.placements.filter((one) => isThere(one.runtimeId)).map((one) => one.id))
    const mine = reservations.filter((one) => placements.has(one.placementId))
    const more = moreIn(
      input,
      workloads.filter((step) => isThere(step.placement.runtimeId)),
    )
    const units = steps.filter((step) => step.action === 'create' && placements.has(step.placement.id)).length + more.units
    const asks: Used = {
      // One that has no unit there yet comes to be by its first.
      services: units > 0 && !used.hasIt ? 1 : 0,
      units,
      cpuMillis: mine.reduce((sum, { resources }) => sum + resources.cpuMillis, more.cpuMillis),
      memoryMib: mine.reduce((sum, { resources }) => sum + resources.memoryMib, more.memoryMib),
      diskMib: mine.reduce((sum, { resources }) => sum + resources.diskMib, 0),
    }
    return amountKinds.flatMap((kind) => {
      const limit = limits[kind]
      return limit === null || asks[kind] === 0 ? [] : [{ ...of, kind, used: used[kind], asks: asks[kind], limit }]
    })
  })
}

/** What placements in clusters would have more than they have now. */
function moreIn(input: PlanInput, steps: readonly WorkloadStep[]): Pick<Used, 'units' | 'cpuMillis' | 'memoryMib'> {
  const more = { units: 0, cpuMillis: 0, memoryMib: 0 }
  // A route runs nothing.
  if (input.service.isRoute) return more
  for (const { placement, release } of steps) {
    const [is, was] = [wantedOf(input, placement).count, placement.count]
    const size = resourcesOf(input.service, release)
    const before = resourcesOf({ ...input.service, size: input.sizeBefore }, input.releases.get(placement.releaseId ?? '') ?? null)
    more.units += Math.max(0, is - was)
    more.cpuMillis += Math.max(0, is * size.cpuMillis - was * before.cpuMillis)
    more.memoryMib += Math.max(0, is * size.memoryMib - was * before.memoryMib)
  }
  return more
}

const placeOf = ({ runtimeName, application }: Pick<QuotaLine, 'runtimeName' | 'application'>): string =>
  runtimeName !== null ? `in ${runtimeName}` : application !== null ? `of application ${application}` : 'of the organisation'

/** A plan that would go beyond what was granted is refused as a whole, with every sum that does not fit. */
export function lacksQuota(lines: readonly QuotaLine[]): PlanRefused | undefined {
  const over = lines.filter((line) => line.used + line.asks > line.limit)
  if (over.length === 0) return undefined
  const says = over.map(({ kind, used, asks, limit, ...of }) => `${kind} ${placeOf(of)}: ${used} used, ${asks} more, ${limit} granted`)
  return { ok: false, code: 'quota_exceeded', message: `The quota would be exceeded (${says.join('; ')}).`, details: { quotas: over } }
}
