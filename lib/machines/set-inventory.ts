import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { canonicalJson } from '@/lib/protocol/canonical'
import { inventoryOf } from './inventory-of'
import { type Inventory, InventorySchema } from './inventory-views'

export const SetInventorySchema = InventorySchema.extend({
  machineId: z.string(),
  /** Of the inventory that was edited: another one means that somebody else was quicker. */
  revision: z.int(),
})

/** Writes down what an operator says of a machine. What runs on it is left alone: labels and places count for new units. */
export async function setInventory(actor: Actor, input: z.infer<typeof SetInventorySchema>): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This machine')
  const { machineId, revision, ...said } = input
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Machine" where id = ${machineId} for update`
    const machine = await tx.machine.findUnique({ where: { id: machineId } })
    if (!machine || machine.removedAt) throw notFound('This machine')
    if (machine.inventoryRevision !== revision)
      throw new AppError('stale', 'Somebody else has changed what is said of this machine. Load the page again and look at it first.')
    const { cost, labels, configuration, expiresAt, ...texts } = said
    const before = inventoryOf(machine)
    const changed = (Object.keys(said) as (keyof Inventory)[]).filter((key) => canonicalJson(before[key]) !== canonicalJson(said[key]))
    if (changed.length === 0) return
    await tx.machine.update({
      where: { id: machineId },
      data: {
        ...texts,
        costAmount: cost?.amount ?? null,
        costCurrency: cost?.currency ?? null,
        labels: json(labels),
        configuration: json(configuration),
        expiresAt: expiresAt ? new Date(expiresAt) : null,
        inventoryRevision: { increment: 1 },
      },
    })
    await writeEvent(tx, actor, {
      name: 'machine.inventory_set',
      subject: { kind: 'machine', id: machineId },
      data: { name: machine.name, changed: changed.join(', '), before: pick(before, changed), after: pick(said, changed) },
    })
  })
}

const pick = (inventory: Inventory, keys: readonly (keyof Inventory)[]): Record<string, unknown> =>
  Object.fromEntries(keys.map((key) => [key, inventory[key]]))
