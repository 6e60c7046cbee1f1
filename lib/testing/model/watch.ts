import { db } from '@/lib/db/client'
import type { DeployRecord, Task } from '@/lib/db/generated/client'
import type { World } from './world'

/** What one event changed, by comparing rows before and after it. */
export interface Watch {
  readonly started: readonly DeployRecord[]
  readonly begun: readonly Task[]
  readonly succeeded: readonly Task[]
  readonly heldBefore: ReadonlySet<string>
  /** How many records ended. */
  readonly ended: number
}

/** Remembers the rows that matter, so that the next look tells what is new. */
export class Watcher {
  private readonly startedIds = new Set<string>()
  private readonly attempts = new Map<string, number>()
  private readonly succeededIds = new Set<string>()
  private held = new Set<string>()
  private endedCount = 0

  constructor(private readonly world: World) {}

  async look(): Promise<Watch> {
    const records = await db.deployRecord.findMany({
      where: { organizationId: this.world.organizationId, startedAt: { not: null } },
      include: { tasks: true },
    })
    const started = records.filter((record) => !this.startedIds.has(record.id))
    const tasks = records.flatMap((record) => record.tasks)
    const begun = tasks.filter((task) => task.attempt > (this.attempts.get(task.id) ?? 0))
    const succeeded = tasks.filter((task) => task.state === 'succeeded' && !this.succeededIds.has(task.id))
    const heldBefore = this.held
    for (const record of started) this.startedIds.add(record.id)
    for (const task of begun) this.attempts.set(task.id, task.attempt)
    for (const task of succeeded) this.succeededIds.add(task.id)
    const units = await db.unit.findMany({ where: { stageId: { in: Object.values(this.world.stages) }, held: true }, select: { id: true } })
    this.held = new Set(units.map((unit) => unit.id))
    const endedCount = records.filter((record) => record.endedAt).length
    const ended = endedCount - this.endedCount
    this.endedCount = endedCount
    return { started, begun, succeeded, heldBefore, ended }
  }
}
