import { db } from '@/lib/db/client'
import { neededByPolicy } from '@/lib/deploys/approval-rules'
import { loadMachineFacts } from '@/lib/machines/load-machine-facts'
import type { Scope } from '@/lib/organizations/find-scope'
import type { RuntimeChoice } from './new-service-views'
import type { RuntimeRef } from './views'

/** Runtimes this organisation may use, with the room that the planner would see. */
export async function runtimeChoices({ organization }: Scope): Promise<RuntimeChoice[]> {
  const runtimes = await db.runtime.findMany({
    // Services are placed in clusters once there is a driver for them.
    where: { kind: 'pool', grants: { some: { organizationId: organization.id } } },
    orderBy: [{ environment: 'asc' }, { name: 'asc' }],
  })
  const machines = await loadMachineFacts(
    db,
    runtimes.map((runtime) => runtime.id),
    { organizationId: organization.id, exceptRecordId: null },
  )
  const needed = await neededByPolicy(db, organization.id)
  return runtimes.map(({ id, name, kind, environment }) => {
    const mine = machines.filter((machine) => machine.runtimeId === id)
    const ready = mine.filter((machine) => !machine.whyNot)
    const largest = (key: 'memoryMib' | 'cpuMillis') =>
      ready.length > 0 ? Math.max(0, ...ready.map((machine) => machine.capacity[key] - machine.used[key])) : null
    return {
      id,
      name,
      kind,
      environment,
      machines: mine.length,
      readyMachines: ready.length,
      largestFreeMemoryMib: largest('memoryMib'),
      largestFreeCpuMillis: largest('cpuMillis'),
      approvalsNeeded: needed[environment],
    }
  })
}

/** No form lists more. */
const mostOffered = 50

/** Those that it may ask for. */
export const offeredRuntimes = ({ organization }: Scope): Promise<RuntimeRef[]> =>
  db.runtime.findMany({
    where: { kind: 'pool', isOffered: true, grants: { none: { organizationId: organization.id } } },
    select: { id: true, name: true, kind: true, environment: true },
    orderBy: [{ environment: 'asc' }, { name: 'asc' }],
    take: mostOffered,
  })
