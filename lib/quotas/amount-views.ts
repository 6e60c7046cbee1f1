import { z } from 'zod'

/** What a quota counts. */
export const amountKinds = ['units', 'cpuMillis', 'memoryMib', 'diskMib'] as const
export type AmountKind = (typeof amountKinds)[number]

const most = { units: 100_000, cpuMillis: 1_000_000_000, memoryMib: 1_000_000_000, diskMib: 1_000_000_000 } as const
const amount = (kind: AmountKind) => z.int().min(0).max(most[kind]).nullable().default(null)

/** All that an organisation's units in one runtime may have together; null = no limit. */
export const AmountsSchema = z.object({
  units: amount('units'),
  cpuMillis: amount('cpuMillis'),
  memoryMib: amount('memoryMib'),
  diskMib: amount('diskMib'),
})
export type Amounts = z.infer<typeof AmountsSchema>

/** How much of it is used; what is promised to a plan counts. */
export const UsedSchema = z.object({ units: z.int(), cpuMillis: z.int(), memoryMib: z.int(), diskMib: z.int() })
export type Used = z.infer<typeof UsedSchema>

/** One kind of a quota before and after a plan. */
export const QuotaLineSchema = z.object({
  runtimeId: z.string(),
  runtimeName: z.string(),
  kind: z.enum(amountKinds),
  used: z.int(),
  asks: z.int(),
  limit: z.int(),
})
export type QuotaLine = z.infer<typeof QuotaLineSchema>
