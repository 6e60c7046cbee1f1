import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Allocation, DataCopy, Reservation } from '@/lib/db/generated/client'
import { newId } from '@/lib/ids'
import { ledgerWords } from '@/lib/ledger/words'
import { removeFromMachine } from '@/lib/machines/set-desired'
import { CopyPacked } from '@/lib/protocol/copy'
import { tellPeers } from '@/lib/relations/tell-peers'
import type { TaskMove } from './engine/decide'
import type { StageRecord } from './stage-record'
import { sizeIn } from './take-sizes'

/**
 * The first task that needs a new unit's place turns its reservation into an allocation. Until then the unit has no
 * machine, so a record that ends before leaves nothing behind.
 */
export async function allocateUnits(tx: Tx, record: StageRecord, moves: readonly TaskMove[]): Promise<void> {
  const starting = moves.filter((move) => move.event === 'release' && move.task.verb === 'switch').map((move) => move.task.id)
  if (starting.length === 0) return
  const tasks = await tx.task.findMany({ where: { id: { in: starting } }, select: { unitId: true, unitName: true, params: true } })
  const held = await tx.reservation.findMany({ where: { recordId: record.id, endedAt: null } })
  const byUnit = new Map(held.map((reservation) => [reservation.unitId, reservation]))
  const places = tasks.flatMap(({ unitId, unitName, params }): Place[] => {
    // Room for a unit that grows where it is stays promised until it has grown.
    const reservation = unitName && !sizeIn(params) ? byUnit.get(unitName) : undefined
    return reservation && unitId ? [{ unitId, reservation, allocationId: newId() }] : []
  })
  if (places.length === 0) return
  await allocate(tx, record, places)
  await tellPeers(tx, [record.stageId], record.id)
}

interface Place {
  readonly unitId: string
  readonly reservation: Reservation
  readonly allocationId: string
}

async function allocate(tx: Tx, record: StageRecord, places: readonly Place[]): Promise<void> {
  const now = clock.now()
  const unitIds = places.map((place) => place.unitId).sort()
  const copies = record.kind === 'migrate' ? await tx.dataCopy.findMany({ where: { recordId: record.id, unitId: { in: unitIds } } }) : []
  for (const old of await tx.allocation.findMany({ where: { unitId: { in: unitIds }, to: null } })) {
    const copy = copies.find((one) => one.unitId === old.unitId)
    await leaveOldPlace(tx, old, now, copy?.id)
    if (record.kind === 'failover') await noteLeft(tx, record, old)
    if (copy) await noteLeftData(tx, record, { old, copy })
  }
  await tx.$queryRaw`select 1 from "Unit" where id = any(${unitIds}) order by id for no key update`
  // News is numbered by machine; another machine counts from where it is.
  const units = await tx.$queryRaw<{ id: string; generation: number }[]>`
    update "Unit" set state = 'allocated', "stateSince" = ${now}::timestamp, generation = generation + 1, "newsSeq" = 0, "leavingAt" = null, "relationsDigest" = null where id = any(${unitIds}) returning id, generation`
  const generationOf = new Map(units.map((unit) => [unit.id, unit.generation]))
  await tx.allocation.createMany({
    data: places.map(({ unitId, allocationId, reservation: { machineId, ports, cpuMillis, memoryMib, diskMib } }) => ({
      id: allocationId,
      unitId,
      machineId,
      generation: generationOf.get(unitId) as number,
      ports: ports ?? {},
      cpuMillis,
      memoryMib,
      diskMib,
      from: now,
    })),
  })
  await takePorts(tx, places)
  await tx.reservation.updateMany({
    where: { id: { in: places.map((place) => place.reservation.id) } },
    data: { endedAt: now, endedBy: 'used' },
  })
}

/** What the record had promised itself belongs to the allocations from here on. */
async function takePorts(tx: Tx, places: readonly Place[]): Promise<void> {
  const ports = places.flatMap(({ allocationId, reservation }) =>
    Object.values(reservation.ports as Record<string, number>).map((port) => ({ allocationId, port, ...pick(reservation) })),
  )
  if (ports.length === 0) return
  await tx.$executeRaw`
    update "MachinePort" p set "recordId" = null, "allocationId" = n."allocationId"
    from jsonb_to_recordset(${JSON.stringify(ports)}::jsonb) as n("allocationId" text, port int, "machineId" text, "recordId" text)
    where p."machineId" = n."machineId" and p.port = n.port and p."recordId" = n."recordId"`
}

const pick = ({ machineId, recordId }: Reservation) => ({ machineId, recordId })

/** A unit that moves: its old machine is told to take it down should it ever come back, and holds no room for it. */
async function leaveOldPlace(tx: Tx, old: Allocation, now: Date, copyId: string | undefined): Promise<void> {
  await tx.allocation.update({ where: { id: old.id }, data: { to: now } })
  await tx.machinePort.deleteMany({ where: { allocationId: old.id } })
  await removeFromMachine(tx, old.unitId, old.machineId, copyId)
}

/** A machine that is lost may run on what has been made again elsewhere; its own word, or a person, closes the line. */
async function noteLeft(tx: Tx, record: StageRecord, old: Allocation): Promise<void> {
  const machine = await tx.machine.findUniqueOrThrow({ where: { id: old.machineId }, select: { name: true } })
  const { ordinal } = await tx.unit.findUniqueOrThrow({ where: { id: old.unitId }, select: { ordinal: true } })
  const unitName = `${record.serviceName}/${ordinal}`
  await tx.ledger.create({
    data: {
      organizationId: record.organizationId,
      kind: 'unit',
      machineId: old.machineId,
      unitId: old.unitId,
      unitName,
      generation: old.generation,
      ...ledgerWords(
        { code: 'left_may_run', values: { unit: unitName, machine: machine.name } },
        { code: 'because_elsewhere', values: { number: record.number } },
      ),
      recordId: record.id,
    },
  })
}

/** What was copied stays where it was, too: only a person removes it. */
async function noteLeftData(tx: Tx, record: StageRecord, { old, copy }: { old: Allocation; copy: DataCopy }): Promise<void> {
  const to = await tx.machine.findUniqueOrThrow({ where: { id: copy.toMachineId }, select: { name: true } })
  const { ordinal } = await tx.unit.findUniqueOrThrow({ where: { id: old.unitId }, select: { ordinal: true } })
  const line = {
    organizationId: record.organizationId,
    kind: 'data',
    machineId: old.machineId,
    unitId: old.unitId,
    unitName: `${record.serviceName}/${ordinal}`,
    generation: old.generation,
    recordId: record.id,
  }
  const why = { code: 'because_copied', values: { number: record.number, machine: to.name } } as const
  await tx.ledger.createMany({ data: leftIn(copy.left).map((path) => ({ ...line, ...ledgerWords(path, why) })) })
}

const leftIn = (left: unknown): string[] => CopyPacked.shape.left.parse(left)
