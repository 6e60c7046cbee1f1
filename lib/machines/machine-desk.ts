import { transaction } from '@/lib/db/transaction'
import type { TaskOrder } from '@/lib/drivers/driver'
import type { MachineDesk } from '@/lib/drivers/machine/machine-driver'
import { setDesired, setDesiredAsIs, type WantedPackage, type WantedUnit } from './set-desired'

const wantedOf: Record<string, WantedUnit['wanted']> = {
  switch: 'running',
  restart: 'running',
  start: 'running',
  stop: 'stopped',
  remove: 'absent',
}

const causeOf = ({ recordId, taskId, attempt }: TaskOrder) => ({ recordId, taskId, attempt })

function unitOf(order: TaskOrder): WantedUnit {
  return {
    unitId: order.unitId as string,
    unitName: order.unitName as string,
    machineId: order.machineId as string,
    generation: order.generation,
    wanted: wantedOf[order.verb] ?? 'running',
    contentDigest: order.contentDigest,
    releaseId: (order.params.releaseId as string | null | undefined) ?? null,
    restartToken: order.verb === 'restart' ? `${order.recordId}.${order.taskId}` : null,
    keepData: order.params.keepData !== false,
    cause: causeOf(order),
    checkTaskId: order.checkTaskId,
  }
}

const packageOf = (order: TaskOrder): WantedPackage => ({
  machineId: order.machineId as string,
  digest: order.contentDigest as string,
  sizeBytes: Number(order.params.sizeBytes ?? 0),
  cause: causeOf(order),
})

/** The hub's side of the machine driver: orders become rows of the desired sets, all in one transaction. */
export const machineDesk: MachineDesk = {
  async want(orders) {
    const units = orders.filter((order) => order.verb !== 'fetch').map(unitOf)
    const packages = orders.filter((order) => order.verb === 'fetch').map(packageOf)
    await transaction((tx) => setDesired(tx, units, packages))
  },
  async leaveAsIs(unitIds) {
    await transaction((tx) => setDesiredAsIs(tx, unitIds))
  },
}
