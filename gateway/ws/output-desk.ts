import { type OutputBatch, recordOutput } from '@/lib/output/record-output'
import type { OutputPlace } from '@/lib/protocol/output'

interface Waiting {
  readonly batch: OutputBatch
  readonly kept: (places: OutputPlace[]) => void
  readonly failed: (error: unknown) => void
}

const mostFrames = 50

/** All agents' output on its way into rows. Frames that wait while others commit go together; an agent sends one at a time. */
export class OutputDesk {
  private waiting: Waiting[] = []
  private isBusy = false

  /** Resolves with where its units stand, once it is committed. */
  keep(batch: OutputBatch): Promise<OutputPlace[]> {
    return new Promise((kept, failed) => {
      this.waiting.push({ batch, kept, failed })
      setImmediate(() => void this.work())
    })
  }

  private async work(): Promise<void> {
    if (this.isBusy) return
    this.isBusy = true
    while (this.waiting.length > 0) await this.save(this.waiting.splice(0, mostFrames))
    this.isBusy = false
  }

  private async save(frames: readonly Waiting[]): Promise<void> {
    try {
      const places = await recordOutput(frames.map(({ batch }) => batch))
      for (const { batch, kept } of frames) kept(places.get(batch.machineId) ?? [])
    } catch (error) {
      // One machine's output that cannot be stored must not hold up the others'.
      if (frames.length > 1) for (const frame of frames) await this.save([frame])
      else for (const { failed } of frames) failed(error)
    }
  }
}
