import type { Wire } from './connection'
import type { Outbox } from './outbox'
import { backoffMs, pause } from './pace'
import { say } from './unit-context'

const mostBatchBytes = 512 * 1024
const mostInFlight = 4

/** Sends what is on disk in order, some batches ahead of the acknowledgement; what stays unacknowledged is sent again. */
export class NewsSender {
  private readonly stopping = new AbortController()
  private sentSeq: number
  private ackedSeq: number
  private batchEnds: number[] = []
  private resends = 0
  private wake: () => void = () => undefined

  constructor(
    private readonly outbox: Outbox,
    private readonly wire: Wire,
    ackedSeq: number,
  ) {
    this.ackedSeq = ackedSeq
    this.sentSeq = ackedSeq
  }

  start(): void {
    this.outbox.onNews = () => this.wake()
    void this.run().catch((error) => this.stopping.signal.aborted || say(`news could not be sent: ${error}`))
  }

  stop(): void {
    this.outbox.onNews = () => undefined
    this.stopping.abort()
    this.wake()
  }

  acknowledged(seq: number): void {
    this.ackedSeq = Math.max(this.ackedSeq, seq)
    this.batchEnds = this.batchEnds.filter((end) => end > seq)
    this.resends = 0
    this.wake()
  }

  private async run(): Promise<void> {
    await this.outbox.acknowledge(this.ackedSeq)
    while (!this.stopping.signal.aborted) {
      const items = this.batchEnds.length < mostInFlight ? await this.outbox.readAfter(this.sentSeq, mostBatchBytes) : []
      const last = items.at(-1)
      if (last) {
        this.wire.send({ type: 'news', items })
        this.sentSeq = last.seq
        this.batchEnds.push(last.seq)
      } else await this.waitForWork()
    }
  }

  /** Until there is news or an acknowledgement; in silence what is in flight goes out once more. */
  private async waitForWork(): Promise<void> {
    const woken = new AbortController()
    this.wake = () => woken.abort()
    const isWaitingForAck = this.batchEnds.length > 0
    const ms = isWaitingForAck ? backoffMs(this.resends, 5000, 60_000) : 60_000
    try {
      await pause(ms, AbortSignal.any([woken.signal, this.stopping.signal]))
    } catch {
      return
    }
    if (!isWaitingForAck) return
    this.resends += 1
    this.sentSeq = this.ackedSeq
    this.batchEnds = []
  }
}
