import { z } from 'zod'
import { PolicyRulesSchema, StandingRulesSchema } from '@/lib/policies/schema'
import { EnvironmentSchema } from '@/lib/views'

const ProposalSchema = z.union([
  z.object({ environment: EnvironmentSchema, rules: PolicyRulesSchema }),
  z.object({ application: z.string(), service: z.string(), rules: StandingRulesSchema.nullable() }),
])
/** A policy that a file asks for (`tengen apply`), as the address carries it. It fills in a form; a person looks at it and sets it. */
export type Proposal = z.infer<typeof ProposalSchema>

/** Undefined where nothing of it can be read. */
export function readProposal(text: string): Proposal | undefined {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
    return ProposalSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data
  } catch {
    return undefined
  }
}
