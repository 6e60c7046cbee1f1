import { z } from 'zod'
import { db } from '@/lib/db/client'
import type { DeployRecord, DeployTarget, Task } from '@/lib/db/generated/client'
import { isoOrNull } from '@/lib/iso-time'
import type { LogFacts } from '@/lib/logs/log-facts'
import { PlanNotesSchema } from './plan/plan-notes'
import { ordinalOf } from './plan-deploy'
import type { BoardRow, DeployView, TaskView } from './views'

const StepSchema = z.object({ name: z.string(), try: z.int().optional(), of: z.int().optional(), nextAt: z.iso.datetime().optional() })

export interface BoardInput {
  readonly record: DeployRecord
  readonly tasks: readonly Task[]
  readonly targets: readonly DeployTarget[]
  readonly log: LogFacts
  readonly medians: ReadonlyMap<string, number>
  /** Of the plan in force; null before there is one. */
  readonly notes: unknown
}

/** The graph of a record's tasks, and the lines it is drawn on: the service, then each unit and where it runs. */
export async function deployBoard(input: BoardInput): Promise<DeployView['board']> {
  const { tasks, targets } = input
  const machines = await db.machine.findMany({
    where: { id: { in: [...new Set(tasks.flatMap((task) => task.machineId ?? []))] } },
    select: { id: true, name: true, heardAt: true },
  })
  const runtimes = await db.runtime.findMany({
    where: { id: { in: targets.map((target) => target.runtimeId) } },
    select: { id: true, name: true, cluster: { select: { heardAt: true } } },
  })
  const machineOf = new Map(machines.map((machine) => [machine.id, machine]))
  const runtimeOf = new Map(
    targets.map((target) => [target.id, runtimes.find((runtime) => runtime.id === target.runtimeId)?.name ?? null] as const),
  )
  const ports = await portsOf(input)
  const service: BoardRow = { unitName: null, machineName: null, runtimeName: null, port: null, heardAt: null }
  const units = firstTaskOfUnits(tasks).map((task): BoardRow => {
    const machine = machineOf.get(task.machineId ?? '')
    return {
      unitName: task.unitName,
      machineName: machine?.name ?? null,
      runtimeName: runtimeOf.get(task.targetId) ?? null,
      port: ports.get(task.unitName ?? '') ?? null,
      heardAt: isoOrNull(machine?.heardAt),
    }
  })
  const clusters = clusterRows(input, runtimes)
  const placeOf = (task: Task) => machineOf.get(task.machineId ?? '')?.name ?? clusters.get(task.targetId)?.machineName ?? null
  return { rows: [service, ...units, ...clusters.values()], tasks: tasks.map((task) => taskView(task, input, placeOf(task))) }
}

interface FoundRuntime {
  readonly id: string
  readonly name: string
  readonly cluster: { readonly heardAt: Date | null } | null
}

/** A placement in a cluster is changed as a whole, on a line of its own. */
function clusterRows({ record, tasks, targets }: BoardInput, runtimes: readonly FoundRuntime[]): Map<string, BoardRow> {
  const changed = new Set(tasks.map((task) => task.targetId))
  return new Map(
    targets.flatMap((target) => {
      const runtime = runtimes.find((one) => one.id === target.runtimeId)
      if (!runtime?.cluster || !changed.has(target.id)) return []
      const { name, cluster } = runtime
      const row: BoardRow = {
        unitName: targets.length > 1 ? `${record.serviceName} · ${name}` : record.serviceName,
        machineName: name,
        runtimeName: name,
        port: null,
        heardAt: isoOrNull(cluster.heardAt),
      }
      return [[target.id, row] as const]
    }),
  )
}

function firstTaskOfUnits(tasks: readonly Task[]): Task[] {
  const first = new Map<string, Task>()
  for (const task of tasks) if (task.unitName && !first.has(task.unitName)) first.set(task.unitName, task)
  return [...first.values()].sort((a, b) => ordinalOf(a.unitName as string) - ordinalOf(b.unitName as string))
}

/** The first port of each unit: as promised by the plan, else as it has now (units that the plan takes away). */
async function portsOf({ tasks, notes }: BoardInput): Promise<Map<string, number>> {
  const parsed = PlanNotesSchema.safeParse(notes)
  const ports = new Map<string, number>()
  for (const unit of parsed.success ? parsed.data.units : []) {
    const [port] = Object.values(unit.ports)
    if (port !== undefined) ports.set(unit.name, port)
  }
  const missing = tasks.filter((task) => task.unitName && task.unitId && !ports.has(task.unitName))
  if (missing.length === 0) return ports
  const allocations = await db.allocation.findMany({
    where: { unitId: { in: [...new Set(missing.flatMap((task) => task.unitId ?? []))] } },
    orderBy: { generation: 'asc' },
    select: { unitId: true, ports: true },
  })
  const byUnit = new Map(allocations.map((allocation) => [allocation.unitId, allocation.ports as Record<string, number>]))
  for (const task of missing) {
    const [port] = Object.values(byUnit.get(task.unitId as string) ?? {})
    if (port !== undefined) ports.set(task.unitName as string, port)
  }
  return ports
}

function taskView(task: Task, { log, medians }: BoardInput, machineName: string | null): TaskView {
  const step = StepSchema.safeParse(task.step)
  const isLive = task.state === 'running'
  return {
    id: task.id,
    index: task.index,
    layer: task.layer,
    verb: task.verb,
    targetId: task.targetId,
    unitName: task.unitName,
    machineName,
    dependsOn: task.dependsOn,
    state: task.state,
    code: task.code,
    message: task.message,
    attempt: task.attempt,
    maxAttempts: task.maxAttempts,
    step:
      isLive && step.success
        ? {
            name: step.data.name,
            ...(step.data.try === undefined ? {} : { attempt: step.data.try }),
            ...(step.data.of === undefined ? {} : { of: step.data.of }),
            ...(step.data.nextAt === undefined ? {} : { nextAt: step.data.nextAt }),
          }
        : null,
    estimateMs: medians.get(task.verb) ?? null,
    readyAt: isoOrNull(task.readyAt),
    startedAt: isoOrNull(task.startedAt),
    endedAt: isoOrNull(task.endedAt),
    deadlineAt: isLive ? isoOrNull(task.deadlineAt) : null,
    logLines: log.byTask.get(task.id) ?? 0,
  }
}
