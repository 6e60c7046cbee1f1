import { z } from 'zod'
import { GateSchema, PersonSchema, pageOf, SentenceSchema, TimeSchema } from '@/lib/views'

export const ledgerKinds = ['unit', 'data', 'reservation', 'differs', 'missing', 'workload'] as const
export const ledgerActs = ['adopt', 'remove', 'remove_with_data', 'delete_data', 'forget'] as const
export const ledgerEnds = ['adopted', 'removed', 'forgotten', 'gone', 'deleted'] as const
export type LedgerAct = (typeof ledgerActs)[number]

export const LedgerSaidSchema = z.object({ what: SentenceSchema.nullable(), why: SentenceSchema.nullable() })
export type LedgerSaid = z.infer<typeof LedgerSaidSchema>

export const LedgerLineSchema = z.object({
  id: z.string(),
  kind: z.enum(ledgerKinds),
  unitName: z.string().nullable(),
  /** Null when it is gone from the platform. */
  machineName: z.string().nullable(),
  /** The cluster it was left in, as it was called here. */
  clusterName: z.string().nullable(),
  organizationName: z.string().nullable(),
  what: z.string(),
  why: z.string(),
  /** The same as codes and values; null = there is only the text. */
  said: LedgerSaidSchema,
  at: TimeSchema,
  deployNumber: z.number().int().nullable(),
  /** Its machine was told to remove it and has not answered yet. */
  isAsked: z.boolean(),
  /** Why its machine did not delete it when it was told to; a code of `ledger.refused`. */
  refusedAs: z.string().nullable(),
  closedAt: TimeSchema.nullable(),
  /** Null while open. */
  closedAs: z.enum(ledgerEnds).nullable(),
  closedBy: PersonSchema.nullable(),
  acts: z.array(z.object({ act: z.enum(ledgerActs), gate: GateSchema, typed: z.string().nullable() })),
})
export type LedgerLine = z.infer<typeof LedgerLineSchema>

/** As the page of the deploy shows it that left it behind. */
export const LeftBehindSchema = LedgerLineSchema.pick({ id: true, what: true, why: true, said: true, machineName: true }).extend({
  kind: z.string(),
})

export const LedgerListSchema = pageOf(LedgerLineSchema).extend({ open: z.number().int() })
export type LedgerList = z.infer<typeof LedgerListSchema>
