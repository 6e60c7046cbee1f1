import { z } from 'zod'
import { QuotaLineSchema } from '@/lib/quotas/amount-views'
import { EnvironmentSchema, SentenceSchema, TimeSchema } from '@/lib/views'
import { ReleaseRefSchema } from './release-views'

/** One command and how it is spread. */
export const CommandPartSchema = z.object({
  argv: z.array(z.string()).nullable(),
  script: z.string().nullable(),
  timeoutMs: z.int(),
  /** Targets at once; null = all. */
  parallel: z.int().nullable(),
  failuresAllowed: z.int(),
  targets: z.int(),
})
export type CommandPart = z.infer<typeof CommandPartSchema>

export const PlacedUnitSchema = z.object({
  unitName: z.string(),
  machineName: z.string(),
  port: z.number().int().nullable(),
  /** The machine after it, in percent of what it has; null = unknown. */
  cpuAfter: z.number().nullable(),
  memoryAfter: z.number().nullable(),
  why: SentenceSchema,
})
export const NotChosenSchema = z.object({ machineName: z.string(), why: SentenceSchema })

/** A unit that was named and does not move. */
export const StayingUnitSchema = z.object({ unitName: z.string(), why: SentenceSchema })

export const PlanSummarySchema = z.object({
  counts: z.object({
    create: z.number().int(),
    change: z.number().int(),
    restart: z.number().int(),
    replace: z.number().int(),
    remove: z.number().int(),
  }),
  tasks: z.number().int(),
  layers: z.number().int(),
  /** Null when nothing like it ran before. */
  estimateMs: z.number().nullable(),
  /** How many units may be down at once, of how many; null when no unit is disturbed. */
  rolling: z.object({ maxUnavailable: z.number().int(), units: z.number().int() }).nullable(),
  machines: z.array(z.object({ id: z.string(), name: z.string() })),
  runtimes: z.array(z.object({ id: z.string(), name: z.string(), kind: z.enum(['pool', 'cluster']), environment: EnvironmentSchema })),
  /** Services that read its endpoints. */
  dependents: z.array(z.object({ id: z.string(), name: z.string() })),
  undo: z.object({
    how: z.enum(['roll_back', 'remove', 'scale_back', 'resize_back', 'move_back', 'start', 'none']),
    to: ReleaseRefSchema.nullable(),
  }),
  onFailure: z.enum(['stop', 'roll_back']),
  dataLost: z.array(z.object({ unitName: z.string(), path: z.string(), sizeMib: z.number().nullable() })),
  warnings: z.array(SentenceSchema),
  placed: z.array(PlacedUnitSchema),
  notChosen: z.array(NotChosenSchema),
  /** What it uses of the organisation's quotas; missing = none is touched. */
  quotas: z.array(QuotaLineSchema).optional(),
  /** What is run, where the record is a command. */
  command: CommandPartSchema.optional(),
  /** Where agents are updated: to what, and how many machines a wave. */
  agent: z.object({ version: z.string(), waves: z.array(z.int()) }).optional(),
})
export type PlanSummary = z.infer<typeof PlanSummarySchema>

export const DiffFileSchema = z.object({
  path: z.string(),
  /** text: both sides in full; secret: only that it changed; fact: one value to another (package, release). */
  kind: z.enum(['text', 'secret', 'fact', 'binary']),
  before: z.string().nullable(),
  after: z.string().nullable(),
})
export const DiffGroupSchema = z.object({
  /** Units with exactly this change; empty = the service as a whole. */
  units: z.array(z.string()),
  machines: z.array(z.string()),
  files: z.array(DiffFileSchema),
})
export const PlanDiffSchema = z.array(DiffGroupSchema)
export type DiffFile = z.infer<typeof DiffFileSchema>
export type DiffGroup = z.infer<typeof DiffGroupSchema>

/** What differs between two plans of one record, path by path of the hashed document. */
export const PlanChangeSchema = z.object({
  fromHash: z.string(),
  toHash: z.string(),
  at: TimeSchema,
  changes: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
})
export type PlanChange = z.infer<typeof PlanChangeSchema>
