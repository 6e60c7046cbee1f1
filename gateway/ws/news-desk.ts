import { type NewsBatch, recordNewsOf } from '@/lib/deploys/record-news'
import type { NewsItem } from '@/lib/protocol/news'

/** News that waits while a batch commits goes into the next one, so commits are grouped by themselves, across machines. */
const mostItems = 5_000
/** Two, so that one is read and prepared while the other commits. */
const lanes = 2

interface Waiting {
  readonly items: NewsItem[]
  readonly answers: { kept: (seq: number) => void; failed: (error: unknown) => void }[]
}

/** All agents' news on its way into rows. A machine's news is in one lane at a time, so its order stays. */
export class NewsDesk {
  private readonly waiting = new Map<string, Waiting>()
  private readonly inHand = new Set<string>()
  private busy = 0

  /** Resolves with the sequence to acknowledge, once everything up to it is committed. */
  keep(machineId: string, items: readonly NewsItem[]): Promise<number> {
    const entry = this.waiting.get(machineId) ?? { items: [], answers: [] }
    this.waiting.set(machineId, entry)
    entry.items.push(...items)
    return new Promise((kept, failed) => {
      entry.answers.push({ kept, failed })
      // What arrives in the same turn leaves together.
      setImmediate(() => void this.work())
    })
  }

  private async work(): Promise<void> {
    if (this.busy >= lanes) return
    this.busy += 1
    try {
      for (let batch = this.take(); batch.size > 0; batch = this.take()) {
        await this.save(batch)
        for (const machineId of batch.keys()) this.inHand.delete(machineId)
      }
    } finally {
      this.busy -= 1
    }
  }

  /** Machines that nobody has in hand, first come first, up to a bound. */
  private take(): Map<string, Waiting> {
    const taken = new Map<string, Waiting>()
    let count = 0
    for (const [machineId, entry] of this.waiting) {
      if (this.inHand.has(machineId)) continue
      taken.set(machineId, entry)
      this.waiting.delete(machineId)
      this.inHand.add(machineId)
      count += entry.items.length
      if (count >= mostItems) break
    }
    return taken
  }

  private async save(batch: Map<string, Waiting>): Promise<void> {
    const news = [...batch].map(([machineId, { items }]): NewsBatch => ({ machineId, items }))
    try {
      const kept = await recordNewsOf(news)
      for (const [machineId, { answers }] of batch) for (const answer of answers) answer.kept(kept.get(machineId) ?? 0)
    } catch (error) {
      // One machine's news that cannot be stored must not hold up the others'.
      if (batch.size > 1) for (const [machineId, entry] of batch) await this.save(new Map([[machineId, entry]]))
      else for (const [machineId, { answers }] of batch) this.fail(machineId, answers, error)
    }
  }

  /** What the machine said since goes with it: kept alone it would stand for what came before, which is then never sent again. */
  private fail(machineId: string, answers: Waiting['answers'], error: unknown): void {
    const since = this.waiting.get(machineId)?.answers ?? []
    this.waiting.delete(machineId)
    for (const answer of [...answers, ...since]) answer.failed(error)
  }
}
