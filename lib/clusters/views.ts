import { z } from 'zod'
import { AmountsSchema } from '@/lib/quotas/amount-views'
import { EnvironmentSchema, EventViewSchema, GateSchema, PersonSchema, pageOf, SentenceSchema, TimeSchema } from '@/lib/views'
import { ClusterFactsSchema } from './cluster-facts-views'

export const clusterStates = ['ready', 'offline', 'maintaining'] as const
export const ClusterStateSchema = z.enum(clusterStates)
export type ClusterStateName = z.infer<typeof ClusterStateSchema>

/** Lower case, digits and dashes: it stands in addresses and in what people type. */
export const ClusterNameSchema = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, 'small letters, digits and dashes, at most 40')
export const ClusterLabelsSchema = z.record(z.string().regex(/^[a-z0-9][a-z0-9._/-]{0,62}$/i), z.string().trim().min(1).max(63)).default({})
export const RegionSchema = z.string().trim().max(63).default('')

export const needNames = ['facts', 'usage', 'namespaces', 'fences', 'accounts', 'identity', 'watch'] as const

/** What the hub's account in a cluster lacks. */
export const MissingSchema = z.object({
  why: z.enum(needNames),
  group: z.string(),
  resource: z.string(),
  verbs: z.array(z.string()),
  name: z.string().nullable(),
  namespace: z.string().nullable(),
  isOptional: z.boolean(),
})
export type Missing = z.infer<typeof MissingSchema>

export const ClusterRowSchema = z.object({
  id: z.string(),
  runtimeId: z.string(),
  name: z.string(),
  environment: EnvironmentSchema,
  state: ClusterStateSchema,
  stateSince: TimeSchema,
  /** Why it is in this state; null = nothing to say. */
  stateReason: SentenceSchema.nullable(),
  heardAt: TimeSchema.nullable(),
  region: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  version: z.string().nullable(),
  nodes: z.int(),
  readyNodes: z.int(),
  cpuMillis: z.number(),
  memoryMib: z.number(),
  pods: z.number(),
  cpuPercent: z.number().nullable(),
  memoryPercent: z.number().nullable(),
  /** Permissions that it lacks and cannot do without. */
  missing: z.int(),
  namespaces: z.object({ present: z.int(), wanted: z.int(), trouble: z.int() }),
  /** Its removal is under way. */
  isRemoving: z.boolean(),
})
export type ClusterRowView = z.infer<typeof ClusterRowSchema>

export const ClusterListSchema = pageOf(ClusterRowSchema).extend({
  regions: z.array(z.string()),
  unknownAfterMs: z.int(),
  asOf: TimeSchema,
})
export type ClusterList = z.infer<typeof ClusterListSchema>

export const namespaceStates = ['wanted', 'present', 'foreign', 'refused'] as const

export const NamespaceViewSchema = z.object({
  applicationId: z.string(),
  name: z.string(),
  organization: z.object({ slug: z.string(), name: z.string() }),
  application: z.object({ slug: z.string(), name: z.string() }),
  state: z.enum(namespaceStates),
  stateSince: TimeSchema,
  /** Whose it is, or what the cluster said. */
  reason: SentenceSchema.nullable(),
  adoptedBy: PersonSchema.nullable(),
  /** Its organisation may not use the cluster any more; what is in it stays. */
  isUnused: z.boolean(),
  adopt: GateSchema,
})
export type NamespaceView = z.infer<typeof NamespaceViewSchema>

export const ClusterGrantSchema = z.object({
  organization: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
  amounts: AmountsSchema,
})
export type ClusterGrant = z.infer<typeof ClusterGrantSchema>

export const removals = ['delete', 'keep'] as const

/** What becomes of something that lives in a cluster that is removed: it is removed from there, as a record, or let go and left running. */
export const fates = ['remove', 'leave'] as const
export type Fate = (typeof fates)[number]

export const ClusterViewSchema = ClusterRowSchema.extend({
  server: z.string(),
  account: z.string().nullable(),
  credential: z.object({
    kind: z.enum(['token', 'certificate']),
    setAt: TimeSchema,
    expiresAt: TimeSchema.nullable(),
    isRotated: z.boolean(),
  }),
  facts: ClusterFactsSchema,
  factsAt: TimeSchema.nullable(),
  /** What the last look said where it failed. */
  lastError: z.string().nullable(),
  lacks: z.array(MissingSchema),
  checkedAt: TimeSchema.nullable(),
  /** What an administrator of the cluster applies: the hub's account with exactly what it needs. */
  manifest: z.string(),
  isOffered: z.boolean(),
  /** The hub was restored then, and nobody has ended that here: automation is off; null while it acts. */
  restoredAt: TimeSchema.nullable(),
  namespaceList: z.array(NamespaceViewSchema),
  /** The first hundred by name; the others are found by `GET /api/v1/platform/organizations?q=`. */
  organizations: z.array(z.object({ id: z.string(), slug: z.string(), name: z.string() })),
  grants: z.array(ClusterGrantSchema),
  /** Services and routes that are, or shall be, here. */
  placements: z.int(),
  removal: z.object({ since: TimeSchema, how: z.enum(removals) }).nullable(),
  gates: z.object({
    maintain: GateSchema,
    endMaintenance: GateSchema,
    remove: GateSchema,
    stay: GateSchema,
    forget: GateSchema,
    describe: GateSchema,
  }),
  history: z.array(EventViewSchema),
  unknownAfterMs: z.int(),
  asOf: TimeSchema,
})
export type ClusterView = z.infer<typeof ClusterViewSchema>

/** What was found in a kubeconfig, and where its cluster answered. */
export const KubeconfigLookSchema = z.object({
  contexts: z.array(z.object({ name: z.string(), server: z.string(), user: z.string(), refusal: SentenceSchema.nullable() })),
  /** The one that was looked at; null = there are several, and one has to be chosen. */
  context: z.string().nullable(),
  cluster: z
    .object({
      version: z.string(),
      account: z.string().nullable(),
      nodes: z.int().nullable(),
      /** This cluster is here already, under this name. */
      known: z.string().nullable(),
      lacks: z.array(MissingSchema),
      /** What it lacks to make an account for the hub; empty = the hub can make its own. */
      lacksToInstall: z.array(MissingSchema),
    })
    .nullable(),
  /** Why there is no answer of it. */
  trouble: SentenceSchema.nullable(),
  manifest: z.string(),
})
export type KubeconfigLook = z.infer<typeof KubeconfigLookSchema>
