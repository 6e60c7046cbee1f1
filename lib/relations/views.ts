import { z } from 'zod'
import { EnvironmentSchema, GateSchema, PersonSchema, TimeSchema } from '@/lib/views'

/**
 * in_step: both sides have taken up what is true now. telling: a record is at it. stale: somebody has not heard it for longer than
 * anybody waits. empty: nobody is there yet on the other side.
 */
export const edgeStates = ['in_step', 'telling', 'stale', 'empty'] as const
export const EdgeStateSchema = z.enum(edgeStates)
export type EdgeState = z.infer<typeof EdgeStateSchema>

/** Slug and name of the application it belongs to; null for what is outside. */
const HomeSchema = z.object({ slug: z.string(), name: z.string() }).nullable()

const EndSchema = z.object({
  kind: z.enum(['service', 'external']),
  /** Of the stage, or of the external service. */
  id: z.string(),
  name: z.string(),
  application: HomeSchema,
  serviceId: z.string().nullable(),
  units: z.number().int(),
})

export const RelationEdgeSchema = z.object({
  id: z.string(),
  requirement: z.string(),
  interface: z.string(),
  granularity: z.enum(['unit', 'service']),
  required: z.boolean(),
  environment: EnvironmentSchema,
  consumer: EndSchema,
  provider: EndSchema,
  state: EdgeStateSchema,
  /** The record that tells it now, or told it last. */
  record: z.object({ number: z.number().int(), at: TimeSchema }).nullable(),
})
export type RelationEdge = z.infer<typeof RelationEdgeSchema>

export const ProviderChoiceSchema = z.object({
  kind: z.enum(['service', 'external']),
  id: z.string(),
  name: z.string(),
  /** Name of the application that lends it; null for one's own and for what is outside. */
  application: z.string().nullable(),
  interface: z.string(),
  environment: EnvironmentSchema,
})
export type ProviderChoice = z.infer<typeof ProviderChoiceSchema>

export const RequirementSchema = z.object({
  name: z.string(),
  interface: z.string(),
  granularity: z.enum(['unit', 'service']),
  optional: z.boolean(),
  many: z.boolean(),
})
export type RequirementView = z.infer<typeof RequirementSchema>

/** `since`: the version that needs it, where the one in force does not yet. */
const StandingRequirementSchema = RequirementSchema.extend({ since: z.string().nullable() })
export type StandingRequirement = z.infer<typeof StandingRequirementSchema>

/** Both sides of one service: what it needs and who gives it, who takes what it gives. */
export const ServiceRelationsSchema = z.object({
  requires: z.array(StandingRequirementSchema),
  provides: z.array(z.object({ name: z.string(), interface: z.string(), port: z.string().nullable() })),
  edges: z.array(RelationEdgeSchema),
  /** So many more need it than are named. */
  edgesLeft: z.int(),
  choices: z.array(ProviderChoiceSchema),
  gate: GateSchema,
  asOf: TimeSchema,
})
export type ServiceRelations = z.infer<typeof ServiceRelationsSchema>

const NodeSchema = z.object({
  id: z.string(),
  kind: z.enum(['service', 'external']),
  name: z.string(),
  application: HomeSchema,
  environment: EnvironmentSchema,
  runtimes: z.array(z.string()),
  health: z.string().nullable(),
  running: z.number().int(),
  wanted: z.number().int(),
  endpoints: z.array(z.string()),
})
export type RelationNode = z.infer<typeof NodeSchema>

/** One service lent by one application to another, as one of both sees it. */
export const RelationOfferSchema = z.object({
  id: z.string(),
  /** Which side the application is that looks. */
  side: z.enum(['giver', 'taker']),
  service: z.string(),
  interface: z.string(),
  environment: EnvironmentSchema,
  other: z.object({ slug: z.string(), name: z.string() }),
  by: PersonSchema,
  at: TimeSchema,
  /** Null while the taker has not said yes. */
  acceptedAt: TimeSchema.nullable(),
})
export type RelationOfferView = z.infer<typeof RelationOfferSchema>

export const RelationOffersSchema = z.object({
  offers: z.array(RelationOfferSchema),
  /** What the application has that could be lent. */
  lendable: z.array(z.object({ service: z.string(), interface: z.string() })),
  applications: z.array(z.object({ slug: z.string(), name: z.string() })),
  gate: GateSchema,
})
export type RelationOffers = z.infer<typeof RelationOffersSchema>

/** A whole application: services of one environment, what they are to each other, and how that stands. */
export const RelationMapSchema = z.object({
  environment: EnvironmentSchema,
  environments: z.array(EnvironmentSchema),
  nodes: z.array(NodeSchema),
  edges: z.array(RelationEdgeSchema),
  /** So many more are there than are shown. */
  left: z.int(),
  /** So many more need what is shown than are named. */
  edgesLeft: z.int(),
  gate: GateSchema,
  asOf: TimeSchema,
})
export type RelationMap = z.infer<typeof RelationMapSchema>
