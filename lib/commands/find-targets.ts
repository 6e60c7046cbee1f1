import { gte, valid } from 'semver'
import type { Tx } from '@/lib/db/client'
import type { Prisma } from '@/lib/db/generated/client'
import type { Environment } from '@/lib/db/generated/enums'
import { isoOrNull } from '@/lib/iso-time'
import { freshnessOf } from '@/lib/machines/freshness'
import { commandsSince } from '@/lib/protocol/command'
import type { Sentence } from '@/lib/views'
import type { CommandTarget } from './views'

/** A place a command can run at, as rows know it. */
export interface FoundTarget {
  readonly view: CommandTarget
  readonly unitId: string | null
  readonly unitName: string | null
  readonly machineId: string
  readonly runtimeId: string
  readonly environment: Environment
}

/** Of thousands no more than is looked at. */
const machineColumns = {
  id: true,
  name: true,
  runtimeId: true,
  connected: true,
  heardAt: true,
  agentVersion: true,
  runtime: { select: { name: true, environment: true, driver: true } },
} as const satisfies Prisma.MachineSelect
type FoundMachine = Prisma.MachineGetPayload<{ select: typeof machineColumns }>
/** As one text comes what thousands of rows would cost ten times as much. */
type FlatMachine = Omit<FoundMachine, 'runtime' | 'heardAt'> &
  Omit<FoundMachine['runtime'], 'name'> & { runtime: string; heardAt: string | null }
const say = (code: string): Sentence => ({ code: `command_${code}`, values: {} })

function whyNotOn(machine: FoundMachine, since = commandsSince): Sentence | null {
  if (machine.runtime.driver !== 'machine') return say('no_agent')
  if (!machine.connected || freshnessOf(machine) !== 'known') return say('silent')
  const version = valid(machine.agentVersion)
  return version && gte(version, since) ? null : say('old_agent')
}

/** The units of a stage; of those named, or of all. */
export async function unitTargets(
  tx: Tx,
  { stageId, serviceName, unitIds }: { stageId: string; serviceName: string; unitIds: readonly string[] | undefined },
): Promise<FoundTarget[]> {
  const units = await tx.unit.findMany({
    where: { stageId, removedAt: null, ...(unitIds ? { id: { in: [...unitIds] } } : {}) },
    include: {
      allocations: { where: { to: null }, include: { machine: { select: machineColumns } } },
      placement: { include: { runtime: true } },
    },
    orderBy: { ordinal: 'asc' },
  })
  return units.map(({ id, ordinal, allocations, placement }) => {
    const machine = allocations[0]?.machine
    const name = `${serviceName}/${ordinal}`
    return {
      unitId: id,
      unitName: name,
      machineId: machine?.id ?? '',
      runtimeId: placement.runtimeId,
      environment: placement.runtime.environment,
      view: {
        key: id,
        name,
        machineName: machine?.name ?? null,
        runtimeName: placement.runtime.name,
        heardAt: isoOrNull(machine?.heardAt),
        whyNot: machine ? whyNotOn(machine) : say('not_placed'),
      },
    }
  })
}

/** `since`: the first agent that can do it. */
export async function machineTargets(tx: Tx, names: readonly string[], since?: string): Promise<FoundTarget[]> {
  const [found] = await tx.$queryRaw<{ machines: string | null }[]>`
    select json_agg(m order by runtime, name)::text as machines from (
      select m.id, m.name, m."runtimeId", m.connected, m."heardAt", m."agentVersion", r.name as runtime, r.environment, r.driver
      from "Machine" m join "Runtime" r on r.id = m."runtimeId" where m.name = any(${[...names]}) and m."removedAt" is null) m`
  const machines = (JSON.parse(found?.machines ?? '[]') as FlatMachine[]).map(
    ({ heardAt, runtime, environment, driver, ...machine }): FoundMachine => ({
      ...machine,
      // Columns have no zone, and are UTC.
      heardAt: heardAt === null ? null : new Date(`${heardAt}Z`),
      runtime: { name: runtime, environment, driver },
    }),
  )
  return machines.map((machine) => ({
    unitId: null,
    unitName: null,
    machineId: machine.id,
    runtimeId: machine.runtimeId,
    environment: machine.runtime.environment,
    view: {
      key: machine.name,
      name: machine.name,
      machineName: machine.name,
      runtimeName: machine.runtime.name,
      heardAt: isoOrNull(machine.heardAt),
      whyNot: whyNotOn(machine, since),
    },
  }))
}
