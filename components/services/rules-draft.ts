import { readPairs, writePairs } from '@/lib/pairs'
import { type PlaceKind, type PlacementRules, PlacementRulesSchema } from '@/lib/services/rule-views'

export interface NeighbourDraft {
  side: 'near' | 'apart'
  service: string
  on: PlaceKind
  required: boolean
}

/** What stands in the fields of a placement's rules. */
export interface RulesDraft {
  spread: PlaceKind
  /** One name=value a line. */
  labels: string
  neighbours: NeighbourDraft[]
}

export const rulesDraftOf = ({ spread, labels, near, apart }: PlacementRules): RulesDraft => ({
  spread,
  labels: writePairs(labels, '='),
  neighbours: [...near.map((rule) => ({ ...rule, side: 'near' as const })), ...apart.map((rule) => ({ ...rule, side: 'apart' as const }))],
})

export interface ReadRules {
  /** Null while something is wrong. */
  readonly rules: PlacementRules | null
  readonly wrong: readonly ('labels' | 'neighbours')[]
}

/** Judged by the schema that the server uses. A service stands in one line only. */
export function readRules(draft: RulesDraft): ReadRules {
  const side = (which: NeighbourDraft['side']) =>
    draft.neighbours.filter((one) => one.side === which).map(({ service, on, required }) => ({ service, on, required }))
  const parsed = PlacementRulesSchema.safeParse({
    spread: draft.spread,
    labels: readPairs(draft.labels, '='),
    near: side('near'),
    apart: side('apart'),
  })
  const names = draft.neighbours.map((one) => one.service)
  const twice = new Set(names).size < names.length
  if (parsed.success && !twice) return { rules: parsed.data, wrong: [] }
  const found = (parsed.error?.issues ?? []).map(
    ({ path: [first] }) => (first === 'labels' ? 'labels' : 'neighbours') as 'labels' | 'neighbours',
  )
  return { rules: null, wrong: [...new Set([...found, ...(twice ? ['neighbours' as const] : [])])] }
}
