import { deployKinds } from '@/lib/deploys/deploy-lifecycle'
import { amountKinds, type QuotaLine, type Used } from '@/lib/quotas/amount-views'
import type { PlanInput, PlannedReservation, PlanRefused } from './plan-types'
import type { UnitStep } from './plan-units'

interface Asked {
  readonly steps: readonly UnitStep[]
  readonly reservations: readonly PlannedReservation[]
}

/** What this plan would use of each quota: units that come to be, and room that those which are there grow by. */
export function quotaLines(input: PlanInput, { steps, reservations }: Asked): QuotaLine[] {
  // What automation makes again was asked for, and counted, when people asked for it.
  if (deployKinds[input.kind].automation) return []
  return input.quotas.flatMap(({ runtimeId, runtimeName, limits, used }) => {
    const placements = new Set(input.placements.filter((one) => one.runtimeId === runtimeId).map((one) => one.id))
    const mine = reservations.filter((one) => placements.has(one.placementId))
    const asks: Used = {
      units: steps.filter((step) => step.action === 'create' && placements.has(step.placement.id)).length,
      cpuMillis: mine.reduce((sum, { resources }) => sum + resources.cpuMillis, 0),
      memoryMib: mine.reduce((sum, { resources }) => sum + resources.memoryMib, 0),
      diskMib: mine.reduce((sum, { resources }) => sum + resources.diskMib, 0),
    }
    return amountKinds.flatMap((kind) => {
      const limit = limits[kind]
      return limit === null || asks[kind] === 0 ? [] : [{ runtimeId, runtimeName, kind, used: used[kind], asks: asks[kind], limit }]
    })
  })
}

/** A plan that would go beyond what was granted is refused as a whole, with every sum that does not fit. */
export function lacksQuota(lines: readonly QuotaLine[]): PlanRefused | undefined {
  const over = lines.filter((line) => line.used + line.asks > line.limit)
  if (over.length === 0) return undefined
  const says = over.map(
    ({ runtimeName, kind, used, asks, limit }) => `${kind} in ${runtimeName}: ${used} used, ${asks} more, ${limit} granted`,
  )
  return { ok: false, code: 'quota_exceeded', message: `The quota would be exceeded (${says.join('; ')}).`, details: { quotas: over } }
}
