import type { Actor } from '@/lib/auth/actor'
import type { Resource } from '@/lib/auth/authorize'
import { lacks, type No, no } from '@/lib/auth/gate'
import type { Permission } from '@/lib/auth/policy'
import type { Environment } from '@/lib/views'

export const terminalPermission = (environment: Environment): Permission =>
  environment === 'production' ? 'terminal.production' : 'terminal.test'

export interface TerminalFacts {
  readonly environment: Environment
  readonly isPlaced: boolean
  readonly isMachine: boolean
  readonly isHeard: boolean
  /** Terminals of this person that have not ended. */
  readonly open: number
}

const mostOpen = 5

/** Why no terminal may be opened on a unit; undefined = it may. */
export function whyNotOpen(actor: Actor, resource: Resource, facts: TerminalFacts): No | undefined {
  const refused = lacks(actor, terminalPermission(facts.environment), resource)
  if (refused) return refused
  if (!facts.isPlaced) return no('not_placed', 'This unit has no place on a machine.')
  if (!facts.isMachine) return no('no_terminals', 'Units of this runtime have no terminals.')
  if (!facts.isHeard) return no('machine_silent', 'Its machine is not heard.')
  if (facts.open >= mostOpen) return no('too_many_terminals', `You have ${facts.open} terminals open; end one first.`, 'rate_limited')
  return undefined
}
