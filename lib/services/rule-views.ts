import { z } from 'zod'
import { LabelsSchema } from '@/lib/machines/inventory-views'

/** How far something counts as the same place. */
export const placeKinds = ['machine', 'rack', 'zone'] as const
export const PlaceKindSchema = z.enum(placeKinds)
export type PlaceKind = z.infer<typeof PlaceKindSchema>

export const NeighbourRuleSchema = z.object({
  /** Another service of the application. */
  service: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/),
  on: PlaceKindSchema.default('machine'),
  /** False: where it can be had. */
  required: z.boolean().default(false),
})
export type NeighbourRule = z.infer<typeof NeighbourRuleSchema>

const neighbours = z
  .array(NeighbourRuleSchema)
  .max(10)
  .refine((rules) => new Set(rules.map((rule) => rule.service)).size === rules.length, 'Each service once.')
  .default([])

/** What a placement asks of the machines that its units go to. What runs already is left where it is. */
export const PlacementRulesSchema = z.object({
  /** Units go to as many different ones as there are. */
  spread: PlaceKindSchema.default('machine'),
  near: neighbours,
  apart: neighbours,
  /** Labels that its machines must have. */
  labels: LabelsSchema.default({}),
})
export type PlacementRules = z.infer<typeof PlacementRulesSchema>

export const noRules: PlacementRules = { spread: 'machine', near: [], apart: [], labels: {} }

export const hasRules = ({ spread, near, apart, labels }: PlacementRules): boolean =>
  spread !== 'machine' || near.length > 0 || apart.length > 0 || Object.keys(labels).length > 0

/** As its row keeps them: nothing where nothing is asked. */
export const rulesIn = (row: unknown): PlacementRules => PlacementRulesSchema.parse(row)
export const rulesRow = (rules: PlacementRules): PlacementRules | Record<string, never> => (hasRules(rules) ? rules : {})
