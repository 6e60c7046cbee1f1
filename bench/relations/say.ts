import { db } from '@/lib/db/client'
import type { DesiredUnit } from '@/lib/db/generated/client'
import { recordNewsOf } from '@/lib/deploys/record-news'
import { groupBy } from '@/lib/group-by'
import type { NewsItem } from '@/lib/protocol/news'

type Body = NewsItem extends infer Item ? (Item extends { seq: number } ? Omit<Item, 'seq'> : never) : never

/** All agents at once: whatever is wanted is so, and they say it, as theirs would. */
export class Agents {
  private readonly seqs = new Map<string, number>()
  private readonly answered = new Set<string>()
  /** Units that were told something, and by whom. */
  readonly told: { unitId: string; recordId: string }[] = []

  /** True when there was something to say. */
  async work(): Promise<boolean> {
    const units = (await db.desiredUnit.findMany({ where: { causeTaskId: { not: null } } })).filter((row) => this.isNew(row))
    const packages = (await db.desiredPackage.findMany({ where: { cachedAt: null } })).filter((row) => this.isNew(row))
    const said = [
      ...packages.flatMap((row) => [
        { machineId: row.machineId, body: { package: { digest: row.digest, state: 'cached' as const } } },
        { machineId: row.machineId, body: doneOf(row) },
      ]),
      ...units.flatMap((row) => [
        { machineId: row.machineId, body: unitOf(row) },
        { machineId: row.machineId, body: doneOf(row) },
      ]),
    ]
    for (const { unitId, causeRecordId } of units) this.told.push({ unitId, recordId: causeRecordId ?? '' })
    if (said.length === 0) return false
    const byMachine = groupBy(said, ({ machineId }) => machineId)
    await recordNewsOf(
      [...byMachine].map(([machineId, list]) => ({ machineId, items: list.map(({ body }) => this.numbered(machineId, body)) })),
    )
    return true
  }

  private isNew({ causeTaskId, causeAttempt }: Pick<DesiredUnit, 'causeTaskId' | 'causeAttempt'>): boolean {
    const key = `${causeTaskId} ${causeAttempt}`
    if (this.answered.has(key)) return false
    this.answered.add(key)
    return true
  }

  private numbered(machineId: string, body: Body): NewsItem {
    const seq = (this.seqs.get(machineId) ?? 0) + 1
    this.seqs.set(machineId, seq)
    return { seq, ...body } as NewsItem
  }
}

const doneOf = (row: Pick<DesiredUnit, 'causeRecordId' | 'causeTaskId' | 'causeAttempt'>): Body => ({
  callback: {
    recordId: row.causeRecordId ?? '',
    taskId: row.causeTaskId ?? '',
    attempt: row.causeAttempt ?? 1,
    seq: 1,
    done: { ok: true },
  },
})

const unitOf = (row: DesiredUnit): Body => ({
  unit: {
    unitId: row.unitId,
    generation: row.generation,
    state: row.wanted === 'absent' ? 'removed' : 'running',
    transition: null,
    contentDigest: row.contentDigest,
    releaseId: row.releaseId,
    relations: row.relationsDigest,
    restarts: 0,
    at: new Date().toISOString(),
  },
})
