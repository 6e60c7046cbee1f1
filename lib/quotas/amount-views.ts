import { z } from 'zod'

/** What a quota counts. */
export const amountKinds = ['services', 'units', 'cpuMillis', 'memoryMib', 'diskMib'] as const
export type AmountKind = (typeof amountKinds)[number]

const most = { services: 100_000, units: 100_000, cpuMillis: 1_000_000_000, memoryMib: 1_000_000_000, diskMib: 1_000_000_000 } as const
const amount = (kind: AmountKind) => z.int().min(0).max(most[kind]).nullable().default(null)

/** All that services may have together, and how many there may be: in one runtime, or wherever they run; null = no limit. */
export const AmountsSchema = z.object({
  services: amount('services'),
  units: amount('units'),
  cpuMillis: amount('cpuMillis'),
  memoryMib: amount('memoryMib'),
  diskMib: amount('diskMib'),
})
export type Amounts = z.infer<typeof AmountsSchema>

export const noLimits: Amounts = AmountsSchema.parse({})

/** How much of it is used; what is promised to a plan counts. */
export const UsedSchema = z.object({ services: z.int(), units: z.int(), cpuMillis: z.int(), memoryMib: z.int(), diskMib: z.int() })
export type Used = z.infer<typeof UsedSchema>

/** One kind of a quota before and after a plan. */
export const QuotaLineSchema = z.object({
  /** Null = wherever it runs: of the application, or of the organisation. */
  runtimeId: z.string().nullable(),
  runtimeName: z.string().nullable(),
  application: z.string().nullable().default(null),
  kind: z.enum(amountKinds),
  used: z.int(),
  asks: z.int(),
  limit: z.int(),
})
export type QuotaLine = z.infer<typeof QuotaLineSchema>
