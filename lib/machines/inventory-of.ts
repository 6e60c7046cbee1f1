import type { Machine } from '@/lib/db/generated/client'
import { isoOrNull } from '@/lib/iso-time'
import type { Inventory } from './inventory-views'

/** What is said of a machine, as its row keeps it. */
export const inventoryOf = (machine: Machine): Inventory => ({
  owner: machine.owner,
  cost: machine.costAmount && machine.costCurrency ? { amount: machine.costAmount.toNumber(), currency: machine.costCurrency } : null,
  rack: machine.rack,
  zone: machine.zone,
  labels: machine.labels as Record<string, string>,
  configuration: machine.configuration as Record<string, string>,
  note: machine.note,
  expiresAt: isoOrNull(machine.expiresAt),
})
