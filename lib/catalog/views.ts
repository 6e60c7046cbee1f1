import { z } from 'zod'
import { ConfigSchemaSchema } from '@/lib/services/views'
import { GateSchema, PersonSchema, pageOf, TimeSchema } from '@/lib/views'

export const packageStates = ['draft', 'submitted', 'in_review', 'passed', 'rejected', 'active', 'suspended', 'deleted'] as const
export const PackageStateSchema = z.enum(packageStates)
export type PackageStateName = z.infer<typeof PackageStateSchema>

export const RuntimeKindSchema = z.enum(['machine', 'kubernetes', 'helm'])

export const PackageRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  summary: z.string(),
  runtimes: z.array(RuntimeKindSchema),
  newest: z.string().nullable(),
  state: PackageStateSchema,
  /** Name of the organisation, or null: shipped with the platform. */
  publisher: z.string().nullable(),
  /** Services of this organisation that use it. */
  usedBy: z.number().int(),
  /** May a new service be made from it? */
  use: GateSchema,
})
export type PackageRow = z.infer<typeof PackageRowSchema>
export const PackageListSchema = pageOf(PackageRowSchema).extend({
  /** What any package of the whole list runs on: what one may filter by. */
  runtimes: z.array(RuntimeKindSchema),
  gates: z.object({ publish: GateSchema }),
})
export type PackageList = z.infer<typeof PackageListSchema>

export const PackageVersionViewSchema = z.object({
  id: z.string(),
  version: z.string(),
  state: PackageStateSchema,
  digest: z.string(),
  sizeBytes: z.number().int(),
  origin: z.string(),
  createdBy: PersonSchema.nullable(),
  createdAt: TimeSchema,
  usedBy: z.number().int(),
})
export type PackageVersionView = z.infer<typeof PackageVersionViewSchema>

export const PackageViewSchema = PackageRowSchema.extend({
  versions: z.array(PackageVersionViewSchema),
  /** The version that the page describes. */
  shown: z
    .object({
      version: z.string(),
      schema: ConfigSchemaSchema,
      components: z.array(
        z.object({
          name: z.string(),
          mode: z.string(),
          /** It stops by itself when its machine cannot reach the hub, and may then run elsewhere. */
          lease: z.boolean(),
          ports: z.array(z.object({ name: z.string(), default: z.number().int().nullable() })),
          cpuMillis: z.number().int(),
          memoryMib: z.number().int(),
          diskMib: z.number().int(),
          hooks: z.array(z.object({ name: z.string(), timeout: z.string().nullable() })),
          data: z.array(z.object({ name: z.string(), path: z.string(), sizeMib: z.number().nullable(), keep: z.boolean() })),
          provides: z.array(z.object({ name: z.string(), interface: z.string() })),
          requires: z.array(z.object({ name: z.string(), interface: z.string(), optional: z.boolean() })),
        }),
      ),
    })
    .nullable(),
  services: z.array(z.object({ id: z.string(), name: z.string(), href: z.string(), version: z.string().nullable() })),
})
export type PackageView = z.infer<typeof PackageViewSchema>

/** What is wrong with an uploaded package: `error.details.issues` of `invalid_package`. */
export const PackageIssueSchema = z.object({ file: z.string(), line: z.number().int().nullable(), rule: z.string(), message: z.string() })
export type PackageIssue = z.infer<typeof PackageIssueSchema>
export const PublishedSchema = z.object({ name: z.string(), version: z.string() })
export type Published = z.infer<typeof PublishedSchema>
