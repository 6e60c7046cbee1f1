import type { Actor, PersonActor } from '@/lib/auth/actor'
import { gateOf } from '@/lib/auth/gate'
import { type StageFacts, whyNotChange } from './service-gate'
import { type ServiceGates, serviceActs } from './views'

interface Belongs {
  readonly organizationId: string
  readonly applicationId: string
}

/** The gates of many stages: those of one application that are alike share one answer, which is then also sent once. */
export function gatesByFacts(actor: Actor, members: readonly PersonActor[]): (stage: Belongs, facts: StageFacts) => ServiceGates {
  const known = new Map<string, ServiceGates>()
  return ({ organizationId, applicationId }, facts) => {
    const resource = { organizationId, applicationId }
    const key = JSON.stringify([applicationId, ...Object.values(facts).map(Boolean), facts.units > facts.stopped, facts.units > facts.pods])
    const before = known.get(key)
    if (before) return before
    const entries = serviceActs.map((act) => [act, gateOf(whyNotChange(actor, act, { resource, facts }), members, resource)])
    const gates = Object.fromEntries(entries) as ServiceGates
    known.set(key, gates)
    return gates
  }
}
