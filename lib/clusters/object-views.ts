import { z } from 'zod'
import { EnvironmentSchema, SentenceSchema, TimeSchema } from '@/lib/views'
import { WarningViewSchema } from '@/lib/workloads/views'

/** An object of a service as its cluster has it now, in YAML. */
export const ObjectTextSchema = z.object({
  cluster: z.string(),
  namespace: z.string(),
  /** `Deployment/web-stable` */
  object: z.string(),
  yaml: z.string(),
  asOf: TimeSchema,
})
export type ObjectText = z.infer<typeof ObjectTextSchema>

export const EndpointSchema = z.object({
  address: z.string(),
  pod: z.string().nullable(),
  node: z.string().nullable(),
  isReady: z.boolean(),
})

export const ClusterServiceSchema = z.object({
  name: z.string(),
  kind: z.string(),
  /** Null = it has none of its own: names lead straight to pods. */
  address: z.string().nullable(),
  ports: z.array(z.object({ name: z.string().nullable(), port: z.number().int(), target: z.string(), protocol: z.string() })),
  endpoints: z.array(EndpointSchema),
})
export type ClusterServiceView = z.infer<typeof ClusterServiceSchema>

/** What each cluster of a service says; `trouble`: why it does not. */
const saidByClusters = <Said extends z.ZodRawShape>(said: Said) =>
  z.object({
    clusters: z.array(z.object({ cluster: z.string(), trouble: SentenceSchema.nullable() }).extend(said)),
    asOf: TimeSchema,
  })

export const EndpointListSchema = saidByClusters({
  environment: EnvironmentSchema,
  namespace: z.string(),
  services: z.array(ClusterServiceSchema),
})
export type EndpointList = z.infer<typeof EndpointListSchema>

export const ClusterEventSchema = WarningViewSchema.extend({ isWarning: z.boolean() })
export type ClusterEventView = z.infer<typeof ClusterEventSchema>

export const EventListSchema = saidByClusters({ events: z.array(ClusterEventSchema) })
export type EventList = z.infer<typeof EventListSchema>

/** A pod with where it is, for those who ask across services. */
export const PodPlaceSchema = z.object({
  name: z.string(),
  application: z.string(),
  service: z.string(),
  environment: EnvironmentSchema,
  cluster: z.string(),
  subset: z.string(),
  state: z.string(),
  node: z.string().nullable(),
  address: z.string().nullable(),
  image: z.string(),
  restarts: z.number().int(),
  reason: z.string().nullable(),
  startedAt: TimeSchema.nullable(),
  goneAt: TimeSchema.nullable(),
  /** When its cluster was last heard: what is older than a moment may be otherwise by now. */
  heardAt: TimeSchema.nullable(),
})
export const PodListSchema = z.object({ items: z.array(PodPlaceSchema), isCut: z.boolean() })
export type PodList = z.infer<typeof PodListSchema>

export const PodUsageSchema = saidByClusters({
  /** Null = the cluster measures nothing, or does not let the hub see it. */
  pods: z.array(z.object({ name: z.string(), cpuMillis: z.number(), memoryMib: z.number() })).nullable(),
})
export type PodUsage = z.infer<typeof PodUsageSchema>
