import { z } from 'zod'
import { TimeSchema } from '@/lib/views'

const measured = z.array(z.number().int().nullable())

/** One number a slot, the oldest first; null = not known. */
export const SeriesSchema = z.object({ cpuMillis: measured, memoryMib: measured, diskMib: measured })
export type Series = z.infer<typeof SeriesSchema>

const day = { from: TimeSchema, slotMs: z.number().int() }

export const MachineUsageSchema = z.object({
  ...day,
  ...SeriesSchema.shape,
  capacity: z.object({ cpuMillis: z.number().int(), memoryMib: z.number().int(), diskMib: z.number().int() }),
  /** Of its units, in this time; null = not known. */
  restarts: z.number().int().nullable(),
})
export type MachineUsage = z.infer<typeof MachineUsageSchema>

export const UnitUsageSchema = SeriesSchema.extend({ unitId: z.string(), restarts: z.number().int().nullable() })
export type UnitUsage = z.infer<typeof UnitUsageSchema>

export const ServiceUsageSchema = z.object({ ...day, units: z.array(UnitUsageSchema) })
export type ServiceUsage = z.infer<typeof ServiceUsageSchema>
