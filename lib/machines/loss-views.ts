import { z } from 'zod'
import { TimeSchema } from '@/lib/views'

/** Many machines of a pool are missing at once, and automation rests there. */
export const LossSchema = z.object({ since: TimeSchema, lost: z.number().int(), of: z.number().int() })
