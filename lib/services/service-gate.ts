import type { Actor } from '@/lib/auth/actor'
import type { Resource } from '@/lib/auth/authorize'
import { lacks, type No, no } from '@/lib/auth/gate'
import type { ServiceAct } from './views'

/** What of a stage decides about its changes. */
export interface StageFacts {
  readonly hasRelease: boolean
  readonly units: number
  readonly running: number
  readonly stopped: number
  readonly held: number
  readonly otherVersions: number
  readonly otherReleases: number
  readonly removed: boolean
}

const never = (): No => no('never_installed', 'Nothing is installed yet.')

const refusals: Record<ServiceAct, (facts: StageFacts) => No | undefined> = {
  upgrade: (facts) =>
    !facts.hasRelease ? never() : facts.otherVersions === 0 ? no('no_other_version', 'There is no other version.') : undefined,
  configure: (facts) => (facts.hasRelease ? undefined : never()),
  scale: (facts) => (facts.hasRelease ? undefined : never()),
  restart: (facts) => (facts.units === 0 ? no('no_units', 'It has no units.') : undefined),
  start: (facts) => (facts.stopped === 0 ? no('not_stopped', 'Nothing is stopped.') : undefined),
  stop: (facts) => (facts.units - facts.stopped === 0 ? no('no_units', 'It has no units.') : undefined),
  rollback: (facts) => (facts.otherReleases === 0 ? no('no_release_before', 'There is no release before it.') : undefined),
  accept: (facts) => (facts.held === 0 ? no('nothing_held', 'No unit is held.') : undefined),
  remove: () => undefined,
}

/** Why a change of a service cannot be asked for now; undefined = it can. */
export function whyNotChange(
  actor: Actor,
  act: ServiceAct,
  { resource, facts }: { resource: Resource; facts: StageFacts },
): No | undefined {
  const refused = lacks(actor, act === 'accept' ? 'deploy.accept' : 'deploy.request', resource)
  return refused ?? (facts.removed ? no('wrong_state', 'It was removed.') : refusals[act](facts))
}

/** A release that is in force needs no way back to it. */
export function whyNotRollBackTo(actor: Actor, { resource, isPlaced }: { resource: Resource; isPlaced: boolean }): No | undefined {
  return lacks(actor, 'deploy.request', resource) ?? (isPlaced ? no('current_release', 'It runs now.') : undefined)
}
