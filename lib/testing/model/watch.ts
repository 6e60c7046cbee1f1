import { db } from '@/lib/db/client'
import type { Allocation, DeployRecord, DeployTarget, Placement, Stage, Task, Unit } from '@/lib/db/generated/client'
import type { World } from './world'

export type RecordWithTasks = DeployRecord & { readonly tasks: readonly Task[]; readonly targets: readonly DeployTarget[] }
/** A stage with the units that are there, each with the place that it holds. */
type StageWithUnits = Stage & {
  readonly placements: readonly Placement[]
  readonly units: readonly (Unit & { readonly placement: Placement; readonly allocations: readonly Allocation[] })[]
}

/** The records as they are, and what one event changed, by comparing rows before and after it. */
export interface Watch {
  readonly records: readonly RecordWithTasks[]
  readonly stages: readonly StageWithUnits[]
  readonly started: readonly DeployRecord[]
  readonly begun: readonly Task[]
  readonly succeeded: readonly Task[]
  readonly heldBefore: ReadonlySet<string>
  /** How many records ended. */
  readonly ended: number
  /** Stage → units that served until a task now under way took them out of service. */
  readonly takenAway: ReadonlyMap<string, ReadonlySet<string>>
}

/** Remembers the rows that matter, so that the next look tells what is new. */
export class Watcher {
  private readonly startedIds = new Set<string>()
  private readonly attempts = new Map<string, number>()
  private readonly succeededIds = new Set<string>()
  private held = new Set<string>()
  private serving = new Set<string>()
  /** Disruptive tasks under way → whether their unit served when they began. */
  private disturbing = new Map<string, boolean>()
  private endedCount = 0

  constructor(private readonly world: World) {}

  async look(): Promise<Watch> {
    const [all, stages] = await this.read()
    const records = all.filter((record) => record.startedAt)
    const started = records.filter((record) => !this.startedIds.has(record.id))
    const tasks = records.flatMap((record) => record.tasks)
    const begun = tasks.filter((task) => task.attempt > (this.attempts.get(task.id) ?? 0))
    const succeeded = tasks.filter((task) => task.state === 'succeeded' && !this.succeededIds.has(task.id))
    const heldBefore = this.held
    for (const record of started) this.startedIds.add(record.id)
    for (const task of begun) this.attempts.set(task.id, task.attempt)
    for (const task of succeeded) this.succeededIds.add(task.id)
    const takenAway = this.disturbed(records)
    const units = stages.flatMap((stage) => stage.units)
    this.held = new Set(units.filter((unit) => unit.held).map((unit) => unit.id))
    this.serving = new Set(units.filter((unit) => unit.state === 'running').map((unit) => unit.id))
    const endedCount = records.filter((record) => record.endedAt).length
    const ended = endedCount - this.endedCount
    this.endedCount = endedCount
    return { records: all, stages, started, begun, succeeded, heldBefore, ended, takenAway }
  }

  /** Each asks once for everything that the rules compare: most of the time of a run goes by asking. */
  private read(): Promise<[RecordWithTasks[], StageWithUnits[]]> {
    const { organizationId, stages } = this.world
    return Promise.all([
      db.deployRecord.findMany({ where: { organizationId }, include: { tasks: true, targets: true } }),
      db.stage.findMany({
        where: { id: { in: Object.values(stages) } },
        include: {
          placements: true,
          units: { where: { removedAt: null }, include: { placement: true, allocations: { where: { to: null } } } },
        },
      }),
    ])
  }

  private disturbed(records: readonly RecordWithTasks[]): Map<string, Set<string>> {
    const before = this.disturbing
    this.disturbing = new Map()
    const taken = new Map<string, Set<string>>()
    for (const { stageId, tasks } of records) {
      for (const { id, unitId, disruptive, state } of tasks) {
        if (!unitId || !disruptive || (state !== 'ready' && state !== 'running')) continue
        const served = before.get(id) ?? this.serving.has(unitId)
        this.disturbing.set(id, served)
        if (served && stageId) taken.set(stageId, (taken.get(stageId) ?? new Set()).add(unitId))
      }
    }
    return taken
  }
}
