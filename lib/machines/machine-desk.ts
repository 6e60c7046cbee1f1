import { stopCommands } from '@/lib/commands/desired-commands'
import { isCopy } from '@/lib/copies/copy-verbs'
import { copiesFor, copyKey, orderCopies } from '@/lib/copies/desired-copies'
import { transaction } from '@/lib/db/transaction'
import { stillOrdered } from '@/lib/deploys/still-ordered'
import type { TaskOrder } from '@/lib/drivers/driver'
import type { MachineDesk } from '@/lib/drivers/machine/machine-driver'
import { storeUnitRelations } from '@/lib/relations/unit-relations'
import { type RelatedUnit, setDesired, setDesiredAsIs, type WantedPackage, type WantedUnit } from './set-desired'

const wantedOf: Record<string, WantedUnit['wanted']> = {
  switch: 'running',
  restart: 'running',
  start: 'running',
  stop: 'stopped',
  remove: 'absent',
}

const causeOf = ({ recordId, taskId, attempt }: TaskOrder) => ({ recordId, taskId, attempt })

function unitOf(order: TaskOrder, relations: ReadonlyMap<string, string>, copies: ReadonlyMap<string, string>): WantedUnit {
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
    relationsDigest: relations.get(order.unitId as string) ?? null,
    copyId: order.verb === 'switch' ? (copies.get(copyKey(order)) ?? null) : null,
  }
}

function relatedOf(order: TaskOrder, relations: ReadonlyMap<string, string>): RelatedUnit[] {
  const relationsDigest = relations.get(order.unitId as string)
  return relationsDigest
    ? [{ unitId: order.unitId as string, machineId: order.machineId as string, cause: causeOf(order), relationsDigest }]
    : []
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
    await transaction(async (tx) => {
      const ordered = await stillOrdered(tx, orders)
      await orderCopies(tx, ordered.filter(isCopy))
      const valid = ordered.filter((order) => !isCopy(order))
      const told = valid.filter((order) => !['fetch', 'remove'].includes(order.verb))
      // As it is when the agent is told, not as it was when the plan was made.
      const relations = await storeUnitRelations(
        tx,
        told.flatMap((order) => order.unitId ?? []),
      )
      const copies = await copiesFor(
        tx,
        valid.filter((order) => order.verb === 'switch'),
      )
      await setDesired(tx, {
        units: valid.filter((order) => !['fetch', 'relate'].includes(order.verb)).map((order) => unitOf(order, relations, copies)),
        related: valid.filter((order) => order.verb === 'relate').flatMap((order) => relatedOf(order, relations)),
        packages: valid.filter((order) => order.verb === 'fetch').map(packageOf),
      })
    })
  },
  async leaveAsIs(orders) {
    await transaction(async (tx) => {
      const valid = await stillOrdered(tx, orders)
      const isCommand = (order: TaskOrder) => order.verb === 'run' || isCopy(order)
      const [commands, changes] = [valid.filter(isCommand), valid.filter((order) => !isCommand(order))]
      await stopCommands(
        tx,
        commands.map((order) => order.taskId),
      )
      await setDesiredAsIs(
        tx,
        changes.flatMap((order) => order.unitId ?? []),
        changes.map((order) => order.taskId),
      )
    })
  },
}
