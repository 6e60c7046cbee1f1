import { z } from 'zod'
import { json } from '@/lib/db/json'
import { PlanDiffSchema, type PlanSummary, PlanSummarySchema } from '@/lib/deploys/plan-views'
import { groupBy } from '@/lib/group-by'
import type { QuotaLine } from '@/lib/quotas/amount-views'

const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0)

const once = <T extends { id: string }>(items: readonly T[]): T[] => [...new Map(items.map((item) => [item.id, item])).values()]

/** What people read of several plans of these services that are one change: everything together, in the order it happens. */
export function sumOf(plans: readonly { readonly summary: unknown; readonly diff: unknown }[], serviceIds: readonly string[]) {
  const summaries = plans.map((plan) => PlanSummarySchema.parse(plan.summary))
  const diff = plans.flatMap((plan) => PlanDiffSchema.parse(plan.diff))
  return { summary: json(addUp(summaries, serviceIds)), diff: json(z.array(z.unknown()).parse(diff)) }
}

function addUp(all: readonly PlanSummary[], serviceIds: readonly string[]): PlanSummary {
  const counted = (key: keyof PlanSummary['counts']) => total(all.map((one) => one.counts[key]))
  const rolling = all.flatMap((one) => one.rolling ?? [])
  return {
    counts: {
      create: counted('create'),
      change: counted('change'),
      restart: counted('restart'),
      replace: counted('replace'),
      remove: counted('remove'),
    },
    tasks: total(all.map((one) => one.tasks)),
    layers: total(all.map((one) => one.layers)),
    estimateMs: null,
    rolling:
      rolling.length > 0
        ? { maxUnavailable: Math.max(...rolling.map((one) => one.maxUnavailable)), units: total(rolling.map((one) => one.units)) }
        : null,
    machines: once(all.flatMap((one) => one.machines)),
    runtimes: once(all.flatMap((one) => one.runtimes)),
    dependents: once(all.flatMap((one) => one.dependents)).filter((one) => !serviceIds.includes(one.id)),
    undo: { how: all.every((one) => one.undo.how === 'remove') ? 'remove' : 'none', to: null },
    onFailure: 'stop',
    dataLost: all.flatMap((one) => one.dataLost),
    warnings: all.flatMap((one) => one.warnings),
    placed: all.flatMap((one) => one.placed),
    notChosen: all.flatMap((one) => one.notChosen),
    quotas: addQuotas(all.flatMap((one) => one.quotas ?? [])),
  }
}

/** Each part was counted after those before it: together they ask for all of it, from what the first one found. */
function addQuotas(lines: readonly QuotaLine[]): QuotaLine[] {
  const groups = groupBy(lines, (line) => `${line.runtimeId} ${line.application} ${line.kind}`)
  return [...groups.values()].map((mine) => ({
    ...(mine[0] as QuotaLine),
    used: Math.min(...mine.map((line) => line.used)),
    asks: total(mine.map((line) => line.asks)),
  }))
}
