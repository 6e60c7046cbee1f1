import { type AmountKind, type Amounts, AmountsSchema, amountKinds } from '@/lib/quotas/amount-views'

/** What stands in the fields: cores and MiB as people say them; empty = no limit. */
export type AmountsDraft = Readonly<Record<AmountKind, string>>

const per: Readonly<Record<AmountKind, number>> = { services: 1, units: 1, cpuMillis: 1000, memoryMib: 1, diskMib: 1 }

const each = <T>(make: (kind: AmountKind) => T) =>
  Object.fromEntries(amountKinds.map((kind) => [kind, make(kind)])) as Record<AmountKind, T>

export const amountsDraftOf = (amounts: Amounts | null): AmountsDraft =>
  each((kind) => {
    const value = amounts?.[kind]
    return value === null || value === undefined ? '' : String(value / per[kind])
  })

export interface ReadAmounts {
  /** Null while something is wrong. */
  readonly amounts: Amounts | null
  readonly wrong: readonly AmountKind[]
}

/** Judged by the schema that the server uses. */
export function readAmounts(draft: AmountsDraft): ReadAmounts {
  const parsed = AmountsSchema.safeParse(
    each((kind) => {
      const text = draft[kind].trim().replace(',', '.')
      if (text === '') return null
      return /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * per[kind] * 1000) / 1000 : Number.NaN
    }),
  )
  if (parsed.success) return { amounts: parsed.data, wrong: [] }
  return { amounts: null, wrong: [...new Set(parsed.error.issues.map(({ path: [kind] }) => kind as AmountKind))] }
}
