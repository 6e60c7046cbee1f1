import type { TaskOrder, UnitDriver } from '@/lib/drivers/driver'
import { effectOf } from './effect-of'
import { renderUnit } from './render-unit'

/** Where this driver puts what an agent shall do. The hub's side of the desired set stands behind it. */
export interface MachineDesk {
  want(orders: readonly TaskOrder[]): Promise<void>
  leaveAsIs(orders: readonly TaskOrder[]): Promise<void>
}

/** Carries out tasks by changing what agents shall run; the agents converge by themselves and speak through the callback. */
export const makeMachineDriver = (desk: MachineDesk): UnitDriver => ({
  kind: 'machine',
  render: renderUnit,
  effectOf,
  apply: (orders) => desk.want(orders),
  stop: (orders) => desk.leaveAsIs(orders),
})
