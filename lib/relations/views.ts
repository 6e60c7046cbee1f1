import { z } from 'zod'
import { EnvironmentSchema, GateSchema, TimeSchema } from '@/lib/views'

/**
 * in_step: both sides have taken up what is true now. telling: a record is at it. stale: somebody has not heard it for longer than
 * anybody waits. empty: nobody is there yet on the other side.
 */
export const edgeStates = ['in_step', 'telling', 'stale', 'empty'] as const
export const EdgeStateSchema = z.enum(edgeStates)
export type EdgeState = z.infer<typeof EdgeStateSchema>

const EndSchema = z.object({
  kind: z.enum(['service', 'external']),
  /** Of the stage, or of the external service. */
  id: z.string(),
  name: z.string(),
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

/** Both sides of one service: what it needs and who gives it, who takes what it gives. */
export const ServiceRelationsSchema = z.object({
  requires: z.array(RequirementSchema),
  provides: z.array(z.object({ name: z.string(), interface: z.string(), port: z.string().nullable() })),
  edges: z.array(RelationEdgeSchema),
  choices: z.array(ProviderChoiceSchema),
  gate: GateSchema,
  asOf: TimeSchema,
})
export type ServiceRelations = z.infer<typeof ServiceRelationsSchema>

const NodeSchema = z.object({
  id: z.string(),
  kind: z.enum(['service', 'external']),
  name: z.string(),
  environment: EnvironmentSchema,
  runtimes: z.array(z.string()),
  health: z.string().nullable(),
  running: z.number().int(),
  wanted: z.number().int(),
  endpoints: z.array(z.string()),
})
export type RelationNode = z.infer<typeof NodeSchema>

/** A whole application: services of one environment, what they are to each other, and how that stands. */
export const RelationMapSchema = z.object({
  environment: EnvironmentSchema,
  environments: z.array(EnvironmentSchema),
  nodes: z.array(NodeSchema),
  edges: z.array(RelationEdgeSchema),
  gate: GateSchema,
  asOf: TimeSchema,
})
export type RelationMap = z.infer<typeof RelationMapSchema>
