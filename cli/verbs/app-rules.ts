import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Service } from './service-of'

const PlaceSchema = z.enum(['machine', 'rack', 'zone'])
const NeighbourSchema = z.strictObject({ service: z.string(), on: PlaceSchema.default('machine'), required: z.boolean().default(false) })

/** What a placement asks of its machines, with what the hub takes where nothing is said. */
export const RulesSchema = z.strictObject({
  spread: PlaceSchema.default('machine'),
  near: z.array(NeighbourSchema).default([]),
  apart: z.array(NeighbourSchema).default([]),
  labels: z.record(z.string(), z.string()).default({}),
})
export type Rules = z.output<typeof RulesSchema>

const none = RulesSchema.parse({})

/** As a file says them: nothing where nothing is asked. */
export const rulesInFile = (rules: Rules): { rules?: Partial<Rules> } => {
  const asked = Object.entries(rules).filter(([key, value]) => !isDeepStrictEqual(value, none[key as keyof Rules]))
  return asked.length > 0 ? { rules: Object.fromEntries(asked) } : {}
}

interface RulesAsk {
  readonly name: string
  readonly environment: string
  readonly placements: readonly { readonly runtime: string; readonly rules?: Rules | undefined }[]
}

/** Of a service that is there: each is a choice, and no deploy. Where the file says no rules they are left alone. */
export const rulesSteps = (application: string, { name, environment, placements }: RulesAsk, found: Service) =>
  placements.flatMap(({ runtime, rules }) => {
    const placement = found.placements.find((one) => one.runtime.name === runtime)
    if (!rules || !placement || isDeepStrictEqual(placement.rules, rules)) return []
    return {
      what: `${name}: rules of ${runtime} in ${environment}`,
      path: `${application}/services/${encodeURIComponent(name)}/placements/${placement.id}/rules`,
      body: rules,
      method: 'PUT' as const,
      preview: null,
    }
  })
