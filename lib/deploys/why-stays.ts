import type { UnitState } from '@/lib/db/generated/enums'
import type { PackageComponent } from '@/lib/protocol/package-manifest'

/** Why a unit is not made again elsewhere by itself (5-model 5, Data and Fence). Worded by `stays.<code>`. */
export type StayCode =
  | 'data_on_machine'
  | 'daemon_one_each'
  | 'is_stopped'
  | 'in_error'
  | 'is_held'
  | 'never_ran'
  | 'needs_lease'
  | 'lease_holds'
  | 'shared_data_needs_fence'
  | 'one_each'
  | 'machine_silent'
  | 'agent_too_old'
  | 'data_too_large'

export type MovingComponent = Pick<PackageComponent, 'mode' | 'data'>

interface Facts {
  readonly component: MovingComponent
  readonly unit: { readonly state: UnitState; readonly held: boolean; readonly releaseId: string | null }
  /** The agent of its machine knows of no copies. */
  readonly isTooOldToCopy?: boolean | undefined
}

/** Folders of data that only its machine has. One below another goes with it. */
export function ownFolders({ data }: Pick<MovingComponent, 'data'>): string[] {
  const own = data.filter((one) => !one.shared).map((one) => one.path)
  return own.filter((path) => !own.some((other) => path.startsWith(`${other}/`)))
}

interface LostFacts extends Facts {
  /** An operator said that its machine is off. */
  readonly isOff: boolean
  /** It runs under a lease only: what its machine runs of it ends without anybody's word. */
  readonly isLeased: boolean
  /** Until when it may still run there; null = no longer. */
  readonly leaseEndsAt: Date | null
}

/** What does not run moves nowhere. */
function whyAtRest({ unit }: Facts): StayCode | undefined {
  if (unit.state === 'stopped') return 'is_stopped'
  return unit.state === 'error' || unit.state === 'removing' ? 'in_error' : undefined
}

/**
 * A lost machine cannot confirm that it runs nothing any more. A replicated unit without data may then be there twice for a
 * while: it has another address and writes nothing that two would spoil. What runs under a lease has stopped when that is over. For
 * all others somebody must know: the operator who says that the machine is off.
 */
export function whyNotFailOver(facts: LostFacts): StayCode | undefined {
  // A lost machine gives nothing back, and nothing starts without its data.
  const bound = ownFolders(facts.component).length > 0 ? 'data_on_machine' : whyAtRest(facts)
  if (bound) return bound
  if (facts.component.mode === 'daemon') return 'daemon_one_each'
  if (facts.unit.releaseId === null) return 'never_ran'
  if (facts.isOff) return undefined
  if (facts.isLeased) return facts.leaseEndsAt ? 'lease_holds' : undefined
  if (facts.component.mode === 'singleton') return 'needs_lease'
  return facts.component.data.length > 0 ? 'shared_data_needs_fence' : undefined
}

/**
 * Where there is one a machine, it is taken down instead. From a machine that answers: it confirms that the unit has stopped before
 * another place starts it, and gives its data along.
 */
export function whyNotMigrate(facts: Facts): StayCode | undefined {
  const { component, unit } = facts
  const needsCopy = component.mode !== 'daemon' && ownFolders(component).length > 0
  if (needsCopy && facts.isTooOldToCopy) return 'agent_too_old'
  return whyAtRest(facts) ?? (unit.held ? 'is_held' : unit.releaseId === null ? 'never_ran' : undefined)
}

const whole: readonly UnitState[] = ['running', 'ready', 'installed']

/** The same of a unit that is in nobody's hands: what is just being made moves when it is there. */
export const whyNotMoveNow = (facts: Facts): StayCode | undefined =>
  whyNotMigrate(facts) ?? (whole.includes(facts.unit.state) ? undefined : 'never_ran')

/** What a person asks for: where there is one a machine nothing moves, and its machine must answer. */
export const whyNotMove = (facts: Facts & { readonly isSilent: boolean }): StayCode | undefined =>
  facts.component.mode === 'daemon' ? 'one_each' : (whyNotMoveNow(facts) ?? (facts.isSilent ? 'machine_silent' : undefined))
