import type { Actor } from '@/lib/auth/actor'
import type { Resource } from '@/lib/auth/authorize'
import { lacks, type No, no } from '@/lib/auth/gate'
import type { Permission } from '@/lib/auth/policy'
import type { StayCode } from '@/lib/deploys/why-stays'
import type { ServiceAct, UnitAct, UnitPoint } from './views'

/** What of a stage decides about its changes. */
export interface StageFacts {
  readonly hasRelease: boolean
  readonly units: number
  /** Of these the pods of clusters: they are moved and reached by other means. */
  readonly pods: number
  readonly running: number
  readonly stopped: number
  readonly held: number
  readonly otherVersions: number
  readonly otherReleases: number
  readonly removed: boolean
  /** Something runs in test that could be promoted. */
  readonly inTest: boolean
  /** Both environments have it. */
  readonly everywhere: boolean
  /** One unit on every machine: there is no count. Lists leave it to the planner to say so. */
  readonly isDaemon?: boolean
  /** A chart says how many and how large. */
  readonly isOfChart?: boolean
}

const never = (): No => no('never_installed', 'Nothing is installed yet.')

const byChart = ({ isOfChart }: StageFacts): No | undefined =>
  isOfChart ? no('chart_decides', 'Its chart says how many units it has and what they may take: change its values.') : undefined

const onMachines = ({ units, pods }: StageFacts): No | undefined => {
  if (units === 0) return no('no_units', 'It has no units.')
  return units === pods ? no('only_pods', 'It runs in clusters only, which move their pods by themselves.') : undefined
}

const refusals: Record<ServiceAct, (facts: StageFacts) => No | undefined> = {
  upgrade: (facts) =>
    !facts.hasRelease ? never() : facts.otherVersions === 0 ? no('no_other_version', 'There is no other version.') : undefined,
  configure: (facts) => (facts.hasRelease ? undefined : never()),
  scale: (facts) =>
    !facts.hasRelease
      ? never()
      : facts.isDaemon
        ? no('is_daemon', 'It runs on every machine: there is no count to change.')
        : byChart(facts),
  resize: (facts) => (facts.hasRelease ? byChart(facts) : never()),
  restart: (facts) => (facts.units === 0 ? no('no_units', 'It has no units.') : undefined),
  start: (facts) => (facts.stopped === 0 ? no('not_stopped', 'Nothing is stopped.') : undefined),
  stop: (facts) => (facts.units - facts.stopped === 0 ? no('no_units', 'It has no units.') : undefined),
  promote: (facts) => (facts.inTest ? undefined : no('nothing_to_promote', 'Nothing runs in test yet.')),
  add_stage: (facts) =>
    facts.everywhere ? no('stage_exists', 'It is in both environments already.') : facts.hasRelease ? undefined : never(),
  clone: (facts) => (facts.hasRelease ? undefined : never()),
  rollback: (facts) => (facts.otherReleases === 0 ? no('no_release_before', 'There is no release before it.') : undefined),
  accept: (facts) => (facts.held === 0 ? no('nothing_held', 'No unit is held.') : undefined),
  migrate: (facts) => onMachines(facts),
  command: (facts) => onMachines(facts),
  remove: () => undefined,
}

const permissions: Partial<Record<ServiceAct, Permission>> = { accept: 'deploy.accept', command: 'command.run' }

/** Why a change of a service cannot be asked for now; undefined = it can. */
export function whyNotChange(
  actor: Actor,
  act: ServiceAct,
  { resource, facts }: { resource: Resource; facts: StageFacts },
): No | undefined {
  const refused = lacks(actor, permissions[act] ?? 'deploy.request', resource)
  return refused ?? (facts.removed ? no('wrong_state', 'It was removed.') : refusals[act](facts))
}

/** A release that is in force needs no way back to it. */
export function whyNotRollBackTo(actor: Actor, { resource, isPlaced }: { resource: Resource; isPlaced: boolean }): No | undefined {
  return lacks(actor, 'deploy.request', resource) ?? (isPlaced ? no('current_release', 'It runs now.') : undefined)
}

interface UnitFacts {
  readonly unit: UnitPoint
  /** Why it cannot be made again elsewhere; undefined = it can. */
  readonly stays: StayCode | undefined
}

const unitRefusals: Record<Exclude<UnitAct, 'migrate'>, (unit: UnitPoint) => No | undefined> = {
  restart: ({ state }) => (state === 'stopped' ? no('unit_stopped', 'It is stopped; start it.') : undefined),
  start: ({ state }) => (state === 'stopped' ? undefined : no('unit_not_stopped', 'It is not stopped.')),
  stop: ({ state }) => (state === 'stopped' ? no('unit_stopped_already', 'It is stopped already.') : undefined),
}

/** The same of one unit. What is held is left as it is until a release succeeds on it. */
export function whyNotChangeUnit(actor: Actor, act: UnitAct, resource: Resource, { unit, stays }: UnitFacts): No | undefined {
  const refused = lacks(actor, 'deploy.request', resource)
  if (refused) return refused
  if (unit.held) return no('unit_held', 'It is held until a release succeeds on it.')
  if (act !== 'migrate') return unitRefusals[act](unit)
  return stays ? no(`stays_${stays}`, 'It cannot be moved now.') : undefined
}
