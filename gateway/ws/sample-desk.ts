import { logger } from '@/lib/logger'
import { recordSamples, type SampleBatch } from '@/lib/samples/record-samples'

const log = logger('gateway.agents')
const gatherMs = 1000

/** What machines have used, gathered for a moment so that many are stored at once. Nobody waits for it. */
export class SampleDesk {
  private waiting = new Map<string, SampleBatch>()
  private timer: NodeJS.Timeout | undefined

  note(batch: SampleBatch): void {
    // One that speaks twice before it was written is stored at once: its slots must not be lost by taking only the last.
    if (this.waiting.has(batch.machineId)) void this.write()
    this.waiting.set(batch.machineId, batch)
    this.timer ??= setTimeout(() => void this.write(), gatherMs)
  }

  close(): void {
    clearTimeout(this.timer)
  }

  private async write(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    const batches = [...this.waiting.values()]
    this.waiting = new Map()
    await recordSamples(batches).catch((error: unknown) => log.warn({ err: error }, 'samples were not written'))
  }
}
