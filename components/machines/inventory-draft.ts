import { type Inventory, InventorySchema } from '@/lib/machines/inventory-views'
import { readPairs, writePairs } from '@/lib/pairs'

/** What stands in the fields, as it is typed. */
export const inventoryFields = ['owner', 'amount', 'currency', 'zone', 'rack', 'expiresAt', 'labels', 'configuration', 'note'] as const
export type InventoryField = (typeof inventoryFields)[number]
export type InventoryDraft = Readonly<Record<InventoryField, string>>

export const draftOf = (inventory: Inventory): InventoryDraft => ({
  owner: inventory.owner ?? '',
  amount: inventory.cost ? String(inventory.cost.amount) : '',
  currency: inventory.cost?.currency ?? '',
  zone: inventory.zone ?? '',
  rack: inventory.rack ?? '',
  expiresAt: inventory.expiresAt?.slice(0, 10) ?? '',
  labels: writePairs(inventory.labels, '='),
  configuration: writePairs(inventory.configuration, ': '),
  note: inventory.note ?? '',
})

export interface ReadInventory {
  /** Null while something is wrong. */
  readonly inventory: Inventory | null
  readonly wrong: readonly InventoryField[]
}

const orNull = (text: string): string | null => text.trim() || null

/** Judged by the schema that the server uses. */
export function readInventory(draft: InventoryDraft): ReadInventory {
  const hasCost = draft.amount.trim() !== '' || draft.currency.trim() !== ''
  const parsed = InventorySchema.safeParse({
    owner: orNull(draft.owner),
    cost: hasCost ? { amount: numberIn(draft.amount), currency: draft.currency.trim().toUpperCase() } : null,
    zone: orNull(draft.zone),
    rack: orNull(draft.rack),
    expiresAt: draft.expiresAt ? `${draft.expiresAt}T00:00:00.000Z` : null,
    labels: readPairs(draft.labels, '='),
    configuration: readPairs(draft.configuration, ':'),
    note: orNull(draft.note),
  })
  if (parsed.success) return { inventory: parsed.data, wrong: [] }
  const wrong = parsed.error.issues.map(({ path: [first, second] }) => (first === 'cost' ? second : first) as InventoryField)
  return { inventory: null, wrong: [...new Set(wrong)] }
}

const numberIn = (text: string): number => (/^\d+([.,]\d{1,2})?$/.test(text.trim()) ? Number(text.trim().replace(',', '.')) : Number.NaN)
