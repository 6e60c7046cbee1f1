import { z } from 'zod'
import { SentenceSchema, TimeSchema } from '@/lib/views'

export const signalNames = ['not_heard', 'disk_unwritable', 'disk_full', 'clock_off', 'units_failing', 'flapping'] as const
export const SignalNameSchema = z.enum(signalNames)
export type SignalName = z.infer<typeof SignalNameSchema>

/** A sign of trouble that counts. */
export const SignalViewSchema = z.object({
  signal: SignalNameSchema,
  /** What it does: a fault lets units go elsewhere; otherwise the machine only takes no new ones. */
  does: z.enum(['fault', 'no_new_units']),
  says: SentenceSchema,
  since: TimeSchema,
  /** It is over, and counts until it has been so for long enough; null = it lasts. */
  easedAt: TimeSchema.nullable(),
  overAt: TimeSchema.nullable(),
})
export type SignalView = z.infer<typeof SignalViewSchema>
