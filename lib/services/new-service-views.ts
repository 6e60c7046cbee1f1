import { z } from 'zod'
import type { RelationChoices } from '@/lib/relations/schema'
import { ProviderChoiceSchema, RequirementSchema } from '@/lib/relations/views'
import { VariableChoiceSchema } from '@/lib/variables/views'
import { EnvironmentSchema, GateSchema } from '@/lib/views'
import { type PlacementRules, PlacementRulesSchema } from './rule-views'
import { ConfigSchemaSchema, RuntimeRefSchema } from './views'

export const RuntimeChoiceSchema = RuntimeRefSchema.extend({
  /** Of a cluster its nodes. */
  machines: z.number().int(),
  readyMachines: z.number().int(),
  /** Most free memory and CPU on one machine: what one unit can at most ask for. */
  largestFreeMemoryMib: z.number().int().nullable(),
  largestFreeCpuMillis: z.number().int().nullable(),
  approvalsNeeded: z.number().int(),
})
export type RuntimeChoice = z.infer<typeof RuntimeChoiceSchema>

/** All that the wizard needs after a package was picked. */
export const NewServiceViewSchema = z.object({
  organizationSlug: z.string(),
  applicationSlug: z.string(),
  package: z.object({
    name: z.string(),
    title: z.string(),
    summary: z.string(),
    /** Active, newest first. */
    versions: z.array(z.object({ id: z.string(), version: z.string() })),
    versionId: z.string(),
    version: z.string(),
    schema: ConfigSchemaSchema,
    components: z.array(
      z.object({
        name: z.string(),
        mode: z.enum(['replicated', 'singleton', 'daemon']),
        /** A Helm chart says how many units it has. */
        isOfChart: z.boolean(),
        ports: z.array(z.object({ name: z.string(), default: z.number().int().nullable() })),
        cpuMillis: z.number().int(),
        memoryMib: z.number().int(),
        diskMib: z.number().int(),
        requires: z.array(RequirementSchema),
      }),
    ),
  }),
  /** Who may fulfil what the package requires. */
  providers: z.array(ProviderChoiceSchema),
  runtimes: z.array(RuntimeChoiceSchema),
  /** Not granted yet; operators may be asked for them. */
  offered: z.array(RuntimeRefSchema),
  takenNames: z.array(z.string()),
  /** The application's, of both environments. */
  variables: z.array(VariableChoiceSchema),
  /** The service that this one is to be a copy of. */
  clone: z
    .object({
      application: z.string(),
      name: z.string(),
      environment: EnvironmentSchema,
      component: z.string(),
      runtimeId: z.string().nullable(),
      count: z.number().int(),
      rules: PlacementRulesSchema,
      values: z.record(z.string(), z.unknown()),
      variables: z.array(z.string()),
    })
    .nullable(),
  gates: z.object({ test: GateSchema, production: GateSchema }),
})
export type NewServiceView = z.infer<typeof NewServiceViewSchema>

/** What the wizard and every change of a service sends: first to the preview, then, with `expectedHash`, as the request. */
export interface ServiceDraft {
  name: string
  packageVersionId: string
  component: string
  runtimeId: string
  /** Further clusters of its environment. */
  alsoIn: string[]
  count: number
  rules: PlacementRules
  relations: RelationChoices
  values: Record<string, unknown>
  /** Field path → new value, for fields with x-secret; travels apart from the values. */
  secrets: Record<string, string>
  /** Names of the application's variables. */
  variables: string[]
  reason: string
  /** Scheduled: no sooner. */
  notBefore?: string | undefined
}
