import { z } from 'zod'

const most = { cpuMillis: 1_024_000, memoryMib: 16 * 1024 * 1024 }

/** The size of a stage's units, in thousandths of a core and in MiB; null = as their package says. */
export const StageSizeSchema = z.object({
  cpuMillis: z.int().min(10).max(most.cpuMillis).nullable(),
  memoryMib: z.int().min(4).max(most.memoryMib).nullable(),
})
