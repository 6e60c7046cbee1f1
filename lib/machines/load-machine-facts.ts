import type { Tx } from '@/lib/db/client'
import type { Machine, MachineSignal } from '@/lib/db/generated/client'
import { accountsOf, serveOthers } from './accounts'
import { isTooOldToCopy } from './copies-since'
import { freshnessOf } from './freshness'
import { hostOf, type MachineFacts, type Resources } from './machine-facts'
import { signalsOf } from './signals-of'

interface Asker {
  /** Whose units would come. */
  readonly organizationId: string
  /** The record that asks: what it has reserved is not in its way. */
  readonly exceptRecordId: string | null
}

/** Machines of these pools as the planner sees them: room, ports, and why one takes no new units. Counts of the same: `countRoom`. */
export async function loadMachineFacts(
  tx: Tx,
  runtimeIds: readonly string[],
  { organizationId, exceptRecordId }: Asker,
): Promise<MachineFacts[]> {
  const machines = await tx.machine.findMany({
    where: { runtimeId: { in: [...new Set(runtimeIds)] }, removedAt: null, state: { notIn: ['offline'] } },
    include: { ports: true, signals: true, allocations: { where: { to: null } } },
    orderBy: { name: 'asc' },
  })
  const reserved = await tx.reservation.findMany({
    where: {
      machineId: { in: machines.map((machine) => machine.id) },
      endedAt: null,
      ...(exceptRecordId ? { recordId: { not: exceptRecordId } } : {}),
    },
  })
  const neighbours = await portsOfNeighbours(tx, machines, exceptRecordId)
  const others = await serveOthers(tx, machines, organizationId)
  return machines.map((machine) => {
    const mine = [...machine.allocations, ...reserved.filter((reservation) => reservation.machineId === machine.id)]
    const ports = machine.ports.filter((port) => port.recordId === null || port.recordId !== exceptRecordId).map((port) => port.port)
    return {
      id: machine.id,
      name: machine.name,
      runtimeId: machine.runtimeId,
      address: machine.address,
      whyNot: whyNoNewUnits(machine) ?? (others.has(machine.id) ? { code: 'serves_other_organization', values: {} } : undefined),
      capacity: { cpuMillis: machine.cpuMillis, memoryMib: machine.memoryMib, diskMib: machine.diskMib },
      used: sum(mine),
      takenPorts: new Set([...ports, ...machine.foreignPorts, ...(neighbours.get(hostOf(machine)) ?? [])]),
      units: mine.length,
      rack: machine.rack,
      zone: machine.zone,
      labels: machine.labels as Record<string, string>,
      isTooOldToCopy: isTooOldToCopy(machine),
    }
  })
}

/** Ports of other machines on the same hosts: several agents on one share its ports, whatever pool they are in. */
async function portsOfNeighbours(tx: Tx, machines: readonly Machine[], exceptRecordId: string | null): Promise<Map<string, number[]>> {
  const isLoopback = machines.some((machine) => hostOf(machine) === 'loopback')
  const others = await tx.machine.findMany({
    where: {
      OR: [
        { address: { in: [...new Set(machines.map((machine) => machine.address))] } },
        ...(isLoopback ? [{ address: { startsWith: '127.' } }] : []),
      ],
      id: { notIn: machines.map((machine) => machine.id) },
    },
    select: { address: true, ports: { select: { port: true, recordId: true } } },
  })
  const taken = new Map<string, number[]>()
  for (const other of others) {
    const mine = other.ports.filter((port) => port.recordId === null || port.recordId !== exceptRecordId).map((port) => port.port)
    taken.set(hostOf(other), [...(taken.get(hostOf(other)) ?? []), ...mine])
  }
  return taken
}

const sum = (list: readonly Resources[]): Resources => ({
  cpuMillis: list.reduce((total, one) => total + one.cpuMillis, 0),
  memoryMib: list.reduce((total, one) => total + one.memoryMib, 0),
  diskMib: list.reduce((total, one) => total + one.diskMib, 0),
})

function whyNoNewUnits(machine: Machine & { readonly signals: readonly MachineSignal[] }): MachineFacts['whyNot'] {
  if (machine.identityConflict) return { code: 'identity_conflict', values: {} }
  if (machine.state !== 'ready') return { code: 'machine_not_ready', values: { state: machine.state } }
  if (machine.maintenance) return { code: 'machine_in_maintenance', values: {} }
  if (machine.drainSince) return { code: 'machine_drains', values: {} }
  if (freshnessOf(machine) === 'unknown') return { code: 'machine_not_heard', values: {} }
  if (accountsOf(machine)?.kind === 'refused') return { code: 'no_separate_users', values: {} }
  return signalsOf(machine)[0]?.says
}
