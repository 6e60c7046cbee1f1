import type { Actor } from '@/lib/auth/actor'
import type { Resource } from '@/lib/auth/authorize'
import { lacks, type No, no } from '@/lib/auth/gate'
import type { Permission } from '@/lib/auth/policy'
import type { Environment } from '@/lib/views'

/** Files of production hold its secrets. */
export const filePermission = (environment: Environment): Permission => (environment === 'production' ? 'file.production' : 'file.test')

export interface FileFacts {
  readonly environment: Environment
  readonly isPlaced: boolean
  readonly isMachine: boolean
  readonly isHeard: boolean
  /** Transfers of this person that have not ended. */
  readonly open: number
}

const mostOpen = 8

/** Why no file of a unit may be looked at; undefined = it may. */
export function whyNotFiles(actor: Actor, resource: Resource, facts: FileFacts): No | undefined {
  const refused = lacks(actor, filePermission(facts.environment), resource)
  if (refused) return refused
  if (!facts.isPlaced) return no('not_placed', 'This unit has no place on a machine.')
  if (!facts.isMachine) return no('no_files', 'Units of this runtime have no files to look at.')
  if (!facts.isHeard) return no('machine_silent', 'Its machine is not heard.')
  if (facts.open >= mostOpen) return no('too_many_files', `${facts.open} files of yours are on their way; wait for one.`, 'rate_limited')
  return undefined
}
