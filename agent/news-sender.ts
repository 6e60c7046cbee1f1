import type { Wire } from './connection'
import type { Outbox } from './outbox'
import { Bell, backoffMs, pause } from './pace'
import { say } from './unit-context'

const mostBatchBytes = 512 * 1024
const mostInFlight = 4
/** Steps of a unit come within milliseconds of each other: what follows at once goes along. */
const gatherMs = 15

/** Sends what is on disk in order, some batches ahead of the acknowledgement; what stays unacknowledged is sent again. */
export class NewsSender {
  private isStopped = false
  private sentSeq: number
  private ackedSeq: number
  private batchEnds: number[] = []
  private resends = 0
  private readonly bell = new Bell()

  constructor(
    private readonly outbox: Outbox,
    private readonly wire: Wire,
    ackedSeq: number,
  ) {
    this.ackedSeq = ackedSeq
    this.sentSeq = ackedSeq
  }

  start(): void {
    this.outbox.onNews = () => this.bell.ring()
    void this.run().catch((error) => this.isStopped || say(`news could not be sent: ${error}`))
  }

  stop(): void {
    this.outbox.onNews = () => undefined
    this.isStopped = true
    this.bell.ring()
  }

  async acknowledged(seq: number): Promise<void> {
    await this.outbox.acknowledge(seq)
    this.ackedSeq = Math.max(this.ackedSeq, seq)
    this.batchEnds = this.batchEnds.filter((end) => end > seq)
    this.resends = 0
    this.bell.ring()
  }

  private async run(): Promise<void> {
    await this.outbox.acknowledge(this.ackedSeq)
    while (!this.isStopped) {
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
    const isWaitingForAck = this.batchEnds.length > 0
    if (await this.bell.wait(isWaitingForAck ? backoffMs(this.resends, 5000, 60_000) : 60_000)) return pause(gatherMs)
    if (!isWaitingForAck) return
    this.resends += 1
    this.sentSeq = this.ackedSeq
    this.batchEnds = []
  }
}
