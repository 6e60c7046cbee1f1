import { foreignListeners } from './ports'
import type { UnitContext } from './unit-context'
import type { UnitRecord } from './unit-record'
import { inventoryOf } from './unit-report'

/** Everything that is here, and the ports that something else has. */
export async function takeInventory({ home, cache }: UnitContext, records: readonly UnitRecord[], address: string | null) {
  const units = records.flatMap((record) => inventoryOf(record, home) ?? [])
  const ownPorts = new Set(units.filter((unit) => unit.pid !== undefined).flatMap((unit) => Object.values(unit.ports)))
  return { units, packages: await cache.list(), listeners: foreignListeners(address ?? '0.0.0.0', ownPorts) }
}
