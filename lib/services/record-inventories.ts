import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Ledger } from '@/lib/db/generated/client'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'
import { strangerOf } from '@/lib/ledger/stranger'
import { ledgerWords } from '@/lib/ledger/words'
import type { Inventory, InventoryUnit } from '@/lib/protocol/messages'

const gateway = systemActor('gateway')

export interface SaidInventory {
  readonly machineId: string
  readonly inventory: Pick<Inventory, 'units' | 'packages' | 'listeners'>
}

/**
 * Everything that agents have, each machine once, as they send it on connect and now and then. Foreign listeners keep planners
 * off their ports; reservations that a given-up deploy left in the ledger end here, now that the machine's word is known; units
 * the hub does not know are listed, never touched.
 */
export async function recordInventories(said: readonly SaidInventory[]): Promise<void> {
  await transaction(async (tx) => {
    await noteListeners(tx, said)
    await noteCached(tx, said)
    const machineIds = said.map(({ machineId }) => machineId)
    const lines = await tx.ledger.findMany({
      where: { machineId: { in: machineIds }, kind: { in: ['reservation', 'unit'] }, closedAt: null },
    })
    await closeReservations(tx, lines)
    await closeUnits(tx, lines, said)
    await noteStrangers(tx, lines, said)
  })
}

/** Locked in id order, as by everybody who locks several of them; written only where they are others than before. */
async function noteListeners(tx: Tx, said: readonly SaidInventory[]): Promise<void> {
  const rows = said.map(({ machineId, inventory }) => ({ id: machineId, ports: inventory.listeners }))
  await tx.$executeRaw`
    with said as (
      select m.id, n.ports from "Machine" m join jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(id text, ports int[]) on n.id = m.id
      where m."foreignPorts" is distinct from n.ports order by m.id for no key update of m)
    update "Machine" m set "foreignPorts" = s.ports from said s where m.id = s.id`
}

async function noteCached(tx: Tx, said: readonly SaidInventory[]): Promise<void> {
  const cached = said.flatMap(({ machineId, inventory }) => inventory.packages.map((digest) => ({ machineId, digest })))
  if (cached.length === 0) return
  await tx.$executeRaw`
    update "DesiredPackage" d set "cachedAt" = ${clock.now()}::timestamp
    from unnest(${cached.map((one) => one.machineId)}::text[], ${cached.map((one) => one.digest)}::text[]) as n(id, digest)
    where d."machineId" = n.id and d.digest = n.digest and d."cachedAt" is null`
}

async function closeReservations(tx: Tx, lines: readonly Ledger[]): Promise<void> {
  for (const line of lines.filter((one) => one.kind === 'reservation')) {
    await tx.machinePort.deleteMany({ where: { machineId: line.machineId ?? '', recordId: line.recordId } })
    await tx.ledger.update({ where: { id: line.id }, data: { closedAt: clock.now(), closedAs: 'gone' } })
  }
}

const isThere = (unit: InventoryUnit): boolean => unit.state !== 'removed'

/** What may have been left behind and is not there. */
async function closeUnits(tx: Tx, lines: readonly Ledger[], said: readonly SaidInventory[]): Promise<void> {
  const there = new Set(
    said.flatMap(({ machineId, inventory }) => inventory.units.filter(isThere).map((unit) => `${machineId} ${unit.unitId}`)),
  )
  const gone = lines.filter((line) => line.kind === 'unit' && line.unitId !== null && !there.has(`${line.machineId} ${line.unitId}`))
  if (gone.length === 0) return
  await tx.ledger.updateMany({ where: { id: { in: gone.map((line) => line.id) } }, data: { closedAt: clock.now(), closedAs: 'gone' } })
}

/** Units that the hub has no row for stand in the ledger until a person adopts or removes them. */
async function noteStrangers(tx: Tx, lines: readonly Ledger[], said: readonly SaidInventory[]): Promise<void> {
  const found = said.flatMap(({ machineId, inventory }) => inventory.units.filter(isThere).map((unit) => ({ machineId, unit })))
  if (found.length === 0) return
  const known = await tx.unit.findMany({ where: { id: { in: found.map(({ unit }) => unit.unitId) } }, select: { id: true } })
  const ids = new Set(known.map((unit) => unit.id))
  const listed = new Map(lines.filter((line) => line.kind === 'unit').map((line) => [`${line.machineId} ${line.unitId}`, line]))
  for (const { machineId, unit } of found) {
    if (ids.has(unit.unitId)) continue
    await noteStranger(tx, machineId, unit, listed.get(`${machineId} ${unit.unitId}`))
  }
}

/** As it was last seen: whoever adopts it adopts that. */
async function noteStranger(tx: Tx, machineId: string, unit: InventoryUnit, line: Ledger | undefined): Promise<void> {
  const seen = { generation: unit.generation, stranger: json(strangerOf(unit)) }
  if (line) {
    await tx.ledger.update({ where: { id: line.id }, data: seen })
    return
  }
  await tx.ledger.create({
    data: {
      kind: 'unit',
      machineId,
      unitId: unit.unitId,
      unitName: unit.unit,
      ...seen,
      ...ledgerWords({ code: 'left_stranger', values: { unit: unit.unit, state: unit.state } }, { code: 'because_unknown' }),
    },
  })
  await writeEvent(tx, gateway, {
    name: 'machine.stranger_found',
    subject: { kind: 'machine', id: machineId },
    data: { unit: unit.unit },
  })
}
