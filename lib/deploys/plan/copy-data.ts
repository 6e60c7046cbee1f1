import { type MovingComponent, ownFolders } from '@/lib/deploys/why-stays'
import type { UnitContentPlan } from '@/lib/drivers/driver'
import { canonicalJson, digestOf } from '@/lib/protocol/canonical'
import { CommandContent } from '@/lib/protocol/command'
import type { CopyContent } from '@/lib/protocol/copy'
import { UnitContent } from '@/lib/protocol/desired'
import type { PlanInput, UnitBefore } from './plan-types'

/** What goes along with a unit that moves. */
export interface StepCopy {
  /** What its folder was last seen to take, else what its package says. */
  readonly mib: number
  readonly isMeasured: boolean
  readonly out: UnitContentPlan
  readonly in: UnitContentPlan
}

/** While something is heard of a copy it goes on; so long may it be silent. */
export const copySilenceMs = 10 * 60_000

export function copyOf(input: PlanInput, unit: UnitBefore, component: MovingComponent, content: UnitContentPlan): StepCopy | null {
  const folders = ownFolders(component)
  if (folders.length === 0) return null
  const { applicationUser } = UnitContent.parse(JSON.parse(content.text))
  const shared = component.data.filter((data) => data.shared).map(({ path }) => path)
  const except = shared.filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)))
  const of = (direction: CopyContent['direction']) => orderOf({ direction, folders, except, applicationUser })
  return { ...sizeOf(input, unit, component), out: of('out'), in: of('in') }
}

function orderOf(copy: CopyContent): UnitContentPlan {
  const order = CommandContent.parse({ argv: null, script: null, timeoutMs: copySilenceMs, copy })
  return { digest: digestOf(order), text: canonicalJson(order) }
}

export function sizeOf({ usedMib }: PlanInput, { name }: UnitBefore, component: MovingComponent): Pick<StepCopy, 'mib' | 'isMeasured'> {
  const measured = usedMib.get(name)
  if (measured !== undefined) return { mib: measured, isMeasured: true }
  const said = component.data.reduce((sum, data) => sum + (data.shared ? 0 : data.sizeMib), 0)
  return { mib: said, isMeasured: false }
}

/** Why data that would have to be copied cannot be, as far as it is known before anything is stopped. */
export function whyNotCopy(input: PlanInput, unit: UnitBefore, component: MovingComponent): 'agent_too_old' | 'data_too_large' | undefined {
  if (input.kind !== 'migrate' || component.mode === 'daemon' || ownFolders(component).length === 0) return undefined
  if (input.machines.find(({ id }) => id === unit.machineId)?.isTooOldToCopy) return 'agent_too_old'
  const { mib, isMeasured } = sizeOf(input, unit, component)
  return isMeasured && mib > input.copyLimitMib ? 'data_too_large' : undefined
}
