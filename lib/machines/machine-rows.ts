import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Machine, Runtime } from '@/lib/db/generated/client'
import { groupBy } from '@/lib/group-by'
import { iso, isoOrNull } from '@/lib/iso-time'
import type { Sentence } from '@/lib/views'
import { expiryOf } from './inventory-views'
import { signalsOf } from './signals-of'
import type { MachineRow } from './views'

const percent = (used: number, capacity: number): number | null => (capacity > 0 ? Math.round((used / capacity) * 100) : null)

const reasonOf = ({ stateReason, stateReasonValues }: Machine): MachineRow['stateReason'] =>
  stateReason === null ? null : { code: stateReason, values: stateReasonValues as Sentence['values'] }

/** Machines as lists and pages show them: with the units they hold and what those have reserved. */
export async function machineRows(machines: readonly (Machine & { runtime: Runtime })[]): Promise<MachineRow[]> {
  const held = await db.allocation.findMany({
    where: { machineId: { in: machines.map((machine) => machine.id) }, to: null },
    select: { machineId: true, cpuMillis: true, memoryMib: true, diskMib: true },
  })
  const byMachine = groupBy(held, (allocation) => allocation.machineId)
  const raised = await db.machineSignal.findMany({
    where: { machineId: { in: machines.map((machine) => machine.id) }, raisedAt: { not: null } },
  })
  const signals = groupBy(raised, (row) => row.machineId)
  return machines.map((machine) => {
    const mine = byMachine.get(machine.id) ?? []
    const sum = (key: 'cpuMillis' | 'memoryMib' | 'diskMib') => mine.reduce((total, one) => total + one[key], 0)
    return {
      id: machine.id,
      name: machine.name,
      pool: { id: machine.runtime.id, name: machine.runtime.name, environment: machine.runtime.environment },
      state: machine.state,
      stateSince: iso(machine.stateSince),
      stateReason: reasonOf(machine),
      signals: signalsOf({ ...machine, signals: signals.get(machine.id) ?? [] }),
      maintenance: machine.maintenance,
      drainSince: isoOrNull(machine.drainSince),
      identityConflict: machine.identityConflict,
      heardAt: isoOrNull(machine.heardAt),
      address: machine.address,
      units: mine.length,
      cpuPercent: percent(sum('cpuMillis'), machine.cpuMillis),
      memoryPercent: percent(sum('memoryMib'), machine.memoryMib),
      diskPercent: percent(sum('diskMib'), machine.diskMib),
      agentVersion: machine.agentVersion,
      owner: machine.owner,
      rack: machine.rack,
      zone: machine.zone,
      labels: machine.labels as Record<string, string>,
      expiresAt: isoOrNull(machine.expiresAt),
      expiry: expiryOf(machine.expiresAt, clock.now()),
    }
  })
}
