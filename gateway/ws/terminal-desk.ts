import { recordSaid, type SaidBatch } from '@/lib/terminals/record-said'

interface Waiting extends SaidBatch {
  readonly kept: (seq: number) => void
  readonly failed: (error: unknown) => void
}

const mostFrames = 200

/** What terminals showed on its way into rows, in its order; what comes while others commit goes together. */
export class TerminalDesk {
  private waiting: Waiting[] = []
  private isBusy = false

  /** Resolves with the number to acknowledge, once it is committed. */
  keep(batch: SaidBatch): Promise<number> {
    return new Promise((kept, failed) => {
      this.waiting.push({ ...batch, kept, failed })
      setImmediate(() => void this.work())
    })
  }

  private async work(): Promise<void> {
    if (this.isBusy) return
    this.isBusy = true
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, mostFrames)
      try {
        const seqs = await recordSaid(batch)
        for (const [i, { kept }] of batch.entries()) kept(seqs[i] ?? 0)
      } catch (error) {
        for (const { failed } of batch) failed(error)
      }
    }
    this.isBusy = false
  }
}
