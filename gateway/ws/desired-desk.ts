import type { DesiredSet } from '@/lib/protocol/desired'
import { type DesiredAsk, readDesired } from '@/lib/services/read-desired'

interface Waiting {
  readonly ask: DesiredAsk
  readonly found: (set: DesiredSet | undefined) => void
  readonly failed: (error: unknown) => void
}

/** A deploy wakes all its machines at once: their desired sets are read at once too. */
export class DesiredDesk {
  private waiting: Waiting[] = []
  private busy = false

  /** What the machine has to hear; undefined when it has heard everything. */
  read(ask: DesiredAsk): Promise<DesiredSet | undefined> {
    return new Promise((found, failed) => {
      this.waiting.push({ ask, found, failed })
      setImmediate(() => void this.work())
    })
  }

  private async work(): Promise<void> {
    if (this.busy) return
    this.busy = true
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, 500)
      try {
        const sets = await readDesired(batch.map(({ ask }) => ask))
        for (const [i, { found }] of batch.entries()) found(sets[i])
      } catch (error) {
        for (const { failed } of batch) failed(error)
      }
    }
    this.busy = false
  }
}
