import { z } from 'zod'
import { EnvironmentSchema, GateSchema, PersonSchema, pageOf, TimeSchema } from '@/lib/views'

/** As processes read it; what begins with TENGEN_ is ours. */
export const VariableNameSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'Use letters, digits and underscores, not beginning with a digit.')
  .refine((name) => !/^tengen_/i.test(name), 'Names that begin with TENGEN_ are given by the agent.')

const noNull = (text: string) => !text.includes('\0')
export const VariableValueSchema = z.string().max(32_000).refine(noNull, 'A variable holds no null character.')

export const VariableVersionSchema = z.object({
  version: z.int(),
  /** Null where it is a secret. */
  text: z.string().nullable(),
  by: PersonSchema,
  at: TimeSchema,
})

/** A service that takes a variable, in the variable's environment. */
export const VariableUserSchema = z.object({
  serviceId: z.string(),
  name: z.string(),
  /** Some of its units run an older version. */
  runsOlder: z.boolean(),
})
export type VariableUser = z.infer<typeof VariableUserSchema>

export const VariableSchema = z.object({
  id: z.string(),
  environment: EnvironmentSchema,
  name: z.string(),
  secret: z.boolean(),
  version: z.int(),
  /** Newest first. */
  versions: z.array(VariableVersionSchema),
  /** Some of them: those that run an older version first. */
  usedBy: z.array(VariableUserSchema),
  usedByCount: z.int(),
  olderCount: z.int(),
  gates: z.object({ rotate: GateSchema, remove: GateSchema }),
})
export type VariableView = z.infer<typeof VariableSchema>

export const VariablesSchema = pageOf(VariableSchema).extend({
  gates: z.object({ test: GateSchema, production: GateSchema }),
  asOf: TimeSchema,
})
export type VariablesView = z.infer<typeof VariablesSchema>

/** A variable as a form offers it. */
export const VariableChoiceSchema = z.object({ environment: EnvironmentSchema, name: z.string(), secret: z.boolean(), version: z.int() })
export type VariableChoice = z.infer<typeof VariableChoiceSchema>
