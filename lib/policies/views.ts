import { z } from 'zod'
import { DeployTitleSchema } from '@/lib/deploys/views'
import { EnvironmentSchema, GateSchema, PersonSchema, TimeSchema } from '@/lib/views'
import { PolicyRulesSchema, StandingRulesSchema } from './schema'

/** What an environment asks, since when and by whom; `set` null = the platform's floor, which nobody has raised. */
export const EnvironmentPolicySchema = z.object({
  environment: EnvironmentSchema,
  rules: PolicyRulesSchema,
  version: z.int(),
  set: z.object({ by: PersonSchema, at: TimeSchema }).nullable(),
  floor: z.int(),
  /** When its windows let a change start next; null = now. */
  opensAt: TimeSchema.nullable(),
  /** The freeze that holds now. */
  freeze: z.string().nullable(),
})
export type EnvironmentPolicy = z.infer<typeof EnvironmentPolicySchema>

/** What runs for a service without a person; `rules` null = the platform's default. */
export const StandingPolicySchema = z.object({
  service: z.object({ id: z.string(), name: z.string(), applicationSlug: z.string(), applicationName: z.string() }),
  rules: StandingRulesSchema.nullable(),
  version: z.int(),
  set: z.object({ by: PersonSchema, at: TimeSchema }).nullable(),
  gate: GateSchema,
})
export type StandingPolicyView = z.infer<typeof StandingPolicySchema>

/** One setting of a policy, as it was. */
export const PolicyVersionSchema = z.object({
  id: z.string(),
  /** Null: of the service. */
  environment: EnvironmentSchema.nullable(),
  service: z.object({ id: z.string(), name: z.string() }).nullable(),
  version: z.int(),
  /** Of an environment; null where it is of a service. */
  rules: PolicyRulesSchema.nullable(),
  /** Of a service; null = the platform's default from then on. */
  standing: StandingRulesSchema.nullable(),
  note: z.string().nullable(),
  by: PersonSchema,
  at: TimeSchema,
})
export type PolicyVersionView = z.infer<typeof PolicyVersionSchema>

export const PoliciesViewSchema = z.object({
  organization: z.object({ slug: z.string(), name: z.string() }),
  environments: z.array(EnvironmentPolicySchema),
  /** A page of the services, by name. */
  standing: z.array(StandingPolicySchema),
  next: z.string().nullable(),
  previous: z.string().nullable(),
  /** The newest hundred settings, newest first. */
  history: z.array(PolicyVersionSchema),
  /** People whose approval could count, by role. */
  people: z.object({ admin: z.int(), owner: z.int() }),
  gate: GateSchema,
})
export type PoliciesView = z.infer<typeof PoliciesViewSchema>

/** Where a record stands before it starts. */
export const StandsSchema = z.discriminatedUnion('kind', [
  /** It lacks so many approvals. */
  z.object({ kind: z.literal('asks'), missing: z.int() }),
  z.object({ kind: z.literal('waits'), opensAt: TimeSchema }),
  z.object({ kind: z.literal('goes') }),
])
export type Stands = z.infer<typeof StandsSchema>

/** What another policy would change for records that have not started. */
export const PolicyPreviewSchema = z.object({
  changes: z.array(z.object({ id: z.string(), number: z.int(), title: DeployTitleSchema, from: StandsSchema, to: StandsSchema })),
  unchanged: z.int(),
  /** People who may approve by it. */
  able: z.int(),
  /** What one of them asks for could not get enough approvals. */
  isTight: z.boolean(),
  /** Why it would be refused. */
  gate: GateSchema,
})
export type PolicyPreview = z.infer<typeof PolicyPreviewSchema>
