import { z } from 'zod'
import { TimeSchema } from '@/lib/views'

/** Names of labels, as placements ask for them. */
export const LabelNameSchema = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9._/-]{0,61}[a-z0-9])?$/, 'Lower-case letters, digits, dots, dashes and slashes, at most 63.')
export const LabelValueSchema = z
  .string()
  .regex(/^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/, 'Letters, digits, dots, dashes and underscores, at most 63.')
export const LabelsSchema = z.record(LabelNameSchema, LabelValueSchema).refine((labels) => Object.keys(labels).length <= 50, 'At most 50.')

const place = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u, 'Letters, digits, spaces, dots and dashes, at most 40.')

const text = (most: number) => z.string().trim().min(1).max(most)

/** What operators say of a machine; no agent knows it. */
export const InventorySchema = z.object({
  owner: text(120).nullable(),
  /** A month, in a currency by its three letters. */
  cost: z
    .object({
      amount: z.number().min(0).max(9_999_999_999).multipleOf(0.01),
      currency: z.string().regex(/^[A-Z]{3}$/, 'Three capital letters, for example EUR.'),
    })
    .nullable(),
  rack: place.nullable(),
  zone: place.nullable(),
  labels: LabelsSchema,
  /** Name → value: serial number, contract, CPU model. */
  configuration: z.record(text(60), text(400)).refine((fields) => Object.keys(fields).length <= 50, 'At most 50.'),
  note: text(2000).nullable(),
  expiresAt: TimeSchema.nullable(),
})
export type Inventory = z.infer<typeof InventorySchema>

/** How many days before its end operators are reminded. */
export const reminderDays = [30, 7, 1] as const
export const dayMs = 24 * 3_600_000

/** Which reminder a machine's end has reached; `over` = it has come, null = it is further away, or there is none. */
export const expiryStates = ['over', 'days_1', 'days_7', 'days_30'] as const
export const ExpirySchema = z.enum(expiryStates)
export type Expiry = z.infer<typeof ExpirySchema>

export function expiryOf(expiresAt: Date | null, now: Date): Expiry | null {
  if (!expiresAt) return null
  const leftMs = expiresAt.getTime() - now.getTime()
  if (leftMs <= 0) return 'over'
  const reached = reminderDays.filter((days) => leftMs <= days * dayMs).at(-1)
  return reached ? `days_${reached}` : null
}
