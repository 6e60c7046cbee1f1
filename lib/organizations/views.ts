import { z } from 'zod'
import { DeployRefSchema, DeployRowSchema } from '@/lib/deploys/views'
import { clusterPowers } from '@/lib/protocol/cluster-powers'
import { AmountsSchema } from '@/lib/quotas/amount-views'
import { HealthSchema, RuntimeRefSchema, UnitPointSchema } from '@/lib/services/views'
import { EnvironmentSchema, GateSchema, PersonSchema, pageOf, TimeSchema } from '@/lib/views'

export const RoleSchema = z.enum(['viewer', 'developer', 'admin', 'owner'])
export type RoleName = z.infer<typeof RoleSchema>

export const OrganizationChoiceSchema = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  applications: z.array(z.object({ slug: z.string(), name: z.string() })),
})
export type OrganizationChoice = z.infer<typeof OrganizationChoiceSchema>

/** One that its former owners may bring back. */
export const ArchivedOrganizationSchema = z.object({ slug: z.string(), name: z.string(), archivedAt: TimeSchema })
export type ArchivedOrganization = z.infer<typeof ArchivedOrganizationSchema>

export const organizationFilters = ['archived', 'ownerless'] as const

/** An organisation as operators see it. */
export const OrganizationRowSchema = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  createdAt: TimeSchema,
  archivedAt: TimeSchema.nullable(),
  owners: z.array(PersonSchema.extend({ isBlocked: z.boolean() })),
  members: z.number().int(),
  applications: z.number().int(),
  services: z.number().int(),
  /** What its pods may have beyond the fence. */
  powers: z.array(z.enum(clusterPowers)),
  /** What it may have altogether; null = no limit beside those of each runtime. */
  quota: AmountsSchema.nullable(),
  gates: z.object({ appoint: GateSchema }),
})
export type OrganizationRow = z.infer<typeof OrganizationRowSchema>
export const OrganizationRowsSchema = pageOf(OrganizationRowSchema)
export type OrganizationRows = z.infer<typeof OrganizationRowsSchema>

/** Everything around the page. `organization` is null on platform pages of people without one. */
export const FrameViewSchema = z.object({
  user: z.object({ id: z.string(), name: z.string(), email: z.string(), isOperator: z.boolean() }),
  organizations: z.array(OrganizationChoiceSchema),
  organization: OrganizationChoiceSchema.nullable(),
  /** The role of the user in the organisation, the strongest where there are several. */
  role: RoleSchema.nullable(),
  counts: z.object({
    services: z.number().int().nullable(),
    approvals: z.number().int(),
    requests: z.number().int(),
    unread: z.number().int(),
  }),
  gates: z.object({ createService: GateSchema, publishPackage: GateSchema }),
  /** From which silence on a machine is unknown here, and when it is declared lost. */
  limits: z.object({ unknownAfterMs: z.number().int(), lostAfterMs: z.number().int() }),
  /** Set when the session came from the demo page: where other people can be chosen. */
  demoPeopleHref: z.string().nullable(),
})
export type FrameView = z.infer<typeof FrameViewSchema>

export const MapRowSchema = z.object({
  serviceId: z.string(),
  name: z.string(),
  href: z.string(),
  applicationSlug: z.string(),
  /** False until its first install has ended well somewhere. */
  installed: z.boolean(),
  /** Runtime id → units there, at most twelve points and how many there are. */
  cells: z.record(z.string(), z.object({ points: z.array(UnitPointSchema), count: z.number().int() })),
})
export type MapRow = z.infer<typeof MapRowSchema>

export const OverviewViewSchema = z.object({
  title: z.string(),
  counts: z.object({
    applications: z.number().int().nullable(),
    services: z.number().int(),
    units: z.number().int(),
    machines: z.number().int(),
    clusters: z.number().int(),
  }),
  waitsForYou: z.array(
    DeployRowSchema.extend({
      effects: z
        .object({ create: z.number().int(), change: z.number().int(), restart: z.number().int(), remove: z.number().int() })
        .nullable(),
    }),
  ),
  inProgress: z.array(DeployRowSchema),
  runtimes: z.array(
    RuntimeRefSchema.extend({
      machines: z.number().int(),
      unknownMachines: z.number().int(),
      faults: z.number().int(),
      health: HealthSchema,
    }),
  ),
  map: z.object({ rows: z.array(MapRowSchema), more: z.number().int() }),
  /** What asks for a person's eye: units in error or held, machines not heard. `code` is worded by `overview.look.<code>`. */
  look: z.array(
    z.object({
      name: z.string(),
      href: z.string().nullable(),
      code: z.enum(['unit_error', 'unit_held', 'unit_restarting', 'machine_unknown', 'machine_fault', 'identity_conflict', 'ledger']),
      values: z.record(z.string(), z.union([z.string(), z.number()])),
      since: TimeSchema.nullable(),
    }),
  ),
  latest: z.array(DeployRefSchema),
  quota: z.array(
    z.object({
      name: z.string(),
      cpuMillis: z.number().int(),
      cpuLimitMillis: z.number().int().nullable(),
      memoryMib: z.number().int(),
      memoryLimitMib: z.number().int().nullable(),
    }),
  ),
  gates: z.object({ createService: GateSchema }),
  asOf: TimeSchema,
})
export type OverviewView = z.infer<typeof OverviewViewSchema>

/** What the palette finds by a few letters; allowed actions come with their gate. */
export const FoundSchema = z.object({
  kind: z.enum(['service', 'route', 'deploy', 'package', 'machine', 'cluster', 'application', 'pod']),
  id: z.string(),
  name: z.string(),
  /** Second line or right side: application, state, version. */
  detail: z.string(),
  href: z.string(),
  state: z.string().nullable(),
  /** Of a service: the same name may stand in both. */
  environment: EnvironmentSchema.nullable().default(null),
  acts: z.array(z.object({ act: z.string(), href: z.string(), gate: GateSchema })).default([]),
})
export type Found = z.infer<typeof FoundSchema>
export const FoundListSchema = z.array(FoundSchema)
