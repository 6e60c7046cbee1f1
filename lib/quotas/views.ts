import { z } from 'zod'
import { ClusterStateSchema } from '@/lib/clusters/views'
import { RuntimeRefSchema } from '@/lib/services/views'
import { GateSchema, PersonSchema, pageOf, TimeSchema } from '@/lib/views'
import { AmountsSchema, UsedSchema } from './amount-views'

export const quotaRequestStates = ['asked', 'approved', 'refused', 'withdrawn'] as const
export const QuotaRequestStateSchema = z.enum(quotaRequestStates)

export const QuotaRequestSchema = z.object({
  id: z.string(),
  organization: z.object({ slug: z.string(), name: z.string() }),
  runtime: RuntimeRefSchema,
  state: QuotaRequestStateSchema,
  stateSince: TimeSchema,
  amounts: AmountsSchema,
  reason: z.string(),
  requester: PersonSchema,
  createdAt: TimeSchema,
  decidedBy: PersonSchema.nullable(),
  answer: z.string().nullable(),
  granted: AmountsSchema.nullable(),
  /** Of the organisation there now; null = it may not use the runtime. */
  quota: AmountsSchema.nullable(),
  used: UsedSchema,
  gates: z.object({ decide: GateSchema, withdraw: GateSchema }),
})
export type QuotaRequestView = z.infer<typeof QuotaRequestSchema>

/** A pool some of whose machines serve one organisation each, for all units there run by one account. */
export const SharedPoolSchema = z.object({ runtimeId: z.string(), machines: z.int(), shared: z.int(), organizations: z.array(z.string()) })
export type SharedPool = z.infer<typeof SharedPoolSchema>

/** For operators: what waits, oldest first, or what was decided, newest first. */
export const QuotaRequestListSchema = pageOf(QuotaRequestSchema).extend({
  waiting: z.int(),
  /** Of the pools that are asked for; with the organisations that have a grant there. */
  shared: z.array(SharedPoolSchema),
  asOf: TimeSchema,
})
export type QuotaRequestList = z.infer<typeof QuotaRequestListSchema>

/** What may be had altogether, wherever it runs: of an application, or (null) of the organisation. */
export const WideQuotaSchema = z.object({
  application: z.object({ slug: z.string(), name: z.string() }).nullable(),
  /** Null: no limit beside those of each runtime. */
  quota: AmountsSchema.nullable(),
  used: UsedSchema,
  gates: z.object({ set: GateSchema }),
})
export type WideQuota = z.infer<typeof WideQuotaSchema>

/** Where an organisation's services may run, how much of what it may have is used, and what it has asked for. */
export const RuntimesViewSchema = z.object({
  organizationSlug: z.string(),
  runtimes: z.array(
    RuntimeRefSchema.extend({
      machines: z.int(),
      readyMachines: z.int(),
      /** Of a cluster that it may use; a cluster has nodes where a pool has machines. */
      cluster: z.object({ state: ClusterStateSchema, heardAt: TimeSchema.nullable(), nodes: z.int(), readyNodes: z.int() }).nullable(),
      /** Null: it has no grant, and may be asked for. */
      quota: AmountsSchema.nullable(),
      used: UsedSchema,
      ask: GateSchema,
    }),
  ),
  /** The organisation first, for whoever sees all of it; then its applications. */
  altogether: z.array(WideQuotaSchema),
  requests: z.array(QuotaRequestSchema),
  asOf: TimeSchema,
})
export type RuntimesView = z.infer<typeof RuntimesViewSchema>
