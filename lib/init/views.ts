import { z } from 'zod'
import { LossSchema } from '@/lib/machines/loss-views'
import { InitCheck, InitPolicy } from '@/lib/protocol/init'
import { EnvironmentSchema, SentenceSchema, TimeSchema } from '@/lib/views'

export const initStates = ['waiting', 'running', 'passed', 'failed'] as const

export const InitResultSchema = z.object({
  policyId: z.string(),
  check: InitCheck,
  state: z.enum(initStates),
  message: z.string(),
  /** The same as the screen words it; null = there is only the text. */
  said: SentenceSchema.nullable(),
  log: z.string(),
  at: TimeSchema,
})
export type InitResultView = z.infer<typeof InitResultSchema>

export const InitPackageSchema = z.object({ name: z.string(), version: z.string(), digest: z.string(), sizeBytes: z.number().int() })
export type InitPackage = z.infer<typeof InitPackageSchema>

export const PoolViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  environment: EnvironmentSchema,
  machines: z.number().int(),
  /** Machines on which all units run by one account: each of them serves one organisation only. */
  sharedAccounts: z.number().int(),
  /** Machines that run no units, for they could only as root. */
  refusesUnits: z.number().int(),
  /** Organisations without a grant see its name and may ask for it. */
  isOffered: z.boolean(),
  /** More than so many per cent of it lost at once, and at least two machines: automation rests. */
  lossPercent: z.int(),
  /** Automation rests since then; null while it acts. */
  loss: LossSchema.nullable(),
  /** The hub was restored then, and nobody has ended that here: automation is off; null while it acts. */
  restoredAt: TimeSchema.nullable(),
  policies: z.array(InitPolicy),
  revision: z.number().int(),
  /** Versions of which a program may be run: public and active. */
  packages: z.array(InitPackageSchema),
})
export type PoolView = z.infer<typeof PoolViewSchema>

/** Lower case, digits and dashes: it stands in addresses and in what people type. */
export const PoolNameSchema = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, 'small letters, digits and dashes, at most 40')

export const NewPoolSchema = z.object({
  name: PoolNameSchema,
  environment: EnvironmentSchema,
  /** Organisations without a grant see its name and may ask for it. */
  isOffered: z.boolean().default(true),
})

/** A policy keeps its id as long as it stays in the list; a new one has none. */
export const InitPolicyInputSchema = z.object({ id: InitPolicy.shape.id.nullable(), check: InitCheck })
export type InitPolicyInput = z.infer<typeof InitPolicyInputSchema>
