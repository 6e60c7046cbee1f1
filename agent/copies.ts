import { join } from 'node:path'
import type { CommandEntry } from '@/lib/protocol/command'
import type { CopyOrder } from '@/lib/protocol/copy'
import { DataRefusal } from '@/lib/protocol/data-rules'
import type { TaskAddress } from '@/lib/protocol/names'
import { AgentFailure, toFailure } from './failure'
import { packData } from './pack-data'
import type { BlobSource } from './package-cache'
import { isProcessUp } from './supervisor'
import { takeData } from './take-data'
import { say, type UnitContext } from './unit-context'
import type { UnitRecord } from './unit-record'

type Order = CommandEntry & { copy: CopyOrder }
type Job = { order: Order; abort: AbortController; ended: Promise<void> }

const isOrder = (entry: CommandEntry): entry is Order => entry.copy !== undefined
const keyOf = ({ copy: { copyId, direction } }: Order): string => `${copyId} ${direction}`

/** Copies of data from this machine and to it. Each may be begun as often as one likes: it goes on with what is there. */
export class Copies {
  private readonly jobs = new Map<string, Job>()
  private isClosing = false

  constructor(
    private readonly ctx: UnitContext,
    private readonly source: BlobSource,
    private readonly recordOf: (unitId: string) => UnitRecord | undefined,
  ) {}

  /** All that is wanted now; what runs and is not among it ends. */
  take(entries: readonly CommandEntry[]): void {
    // Of several attempts the last one counts.
    const orders = entries.filter(isOrder).sort((a, b) => a.cause.attempt - b.cause.attempt)
    const latest = new Map(orders.map((order) => [keyOf(order), order]))
    const wanted = new Map([...latest].filter(([, order]) => order.wanted === 'run'))
    for (const [key, job] of this.jobs) if (!wanted.has(key)) job.abort.abort(cancelled)
    for (const [key, order] of latest) if (order.wanted === 'stop' && !this.jobs.has(key)) void this.tell(order.cause, cancelled)
    if (this.isClosing) return
    for (const [key, order] of wanted) {
      const job = this.jobs.get(key)
      // A later attempt takes over what is under way.
      if (job) job.order = order
      else if (!this.ctx.reporter.isDone(order.cause)) this.begin(key, order)
    }
  }

  private begin(key: string, order: Order): void {
    const job: Job = { order, abort: new AbortController(), ended: Promise.resolve() }
    this.jobs.set(key, job)
    job.ended = this.run(job)
      .catch((error) => say(`a copy could not be told of: ${error instanceof Error ? error.stack : error}`))
      .finally(() => this.jobs.delete(key))
  }

  private async run(job: Job): Promise<void> {
    const { signal } = job.abort
    const tell = (text: string) => void this.ctx.reporter.say(job.order.cause, text)
    try {
      await this.ctx.reporter.step(job.order.cause, job.order.copy.direction === 'out' ? 'pack' : 'take')
      if (job.order.copy.direction === 'out') await this.pack(job.order, tell, signal)
      else await this.takeIn(job.order, tell, signal)
      await this.ctx.reporter.done(job.order.cause, { ok: true })
    } catch (error) {
      // The next agent goes on with it.
      if (this.isClosing) return
      await this.tell(job.order.cause, signal.aborted ? cancelled : failureOf(error))
    }
  }

  private tell(cause: TaskAddress, { code, message }: AgentFailure): Promise<void> {
    return this.ctx.reporter.done(cause, { ok: false, code, message })
  }

  private async pack({ copy, unitId }: Order, tell: (text: string) => void, signal: AbortSignal): Promise<void> {
    const record = this.recordOf(unitId ?? '')
    if (!record?.dir || record.state === 'removed') throw new AgentFailure('no_unit', 'The unit is not on this machine.')
    if (record.shouldRun || isProcessUp(record))
      throw new AgentFailure('unit_runs', 'The unit runs; its data are copied when it has stopped.')
    const root = join(this.ctx.home.apps, record.dir)
    const owner = await this.ctx.users.userFor(copy.applicationUser)
    const left = copy.folders.map((folder) => join(root, folder))
    await packData({ source: this.source, order: copy, place: { root, owner, ...copy }, left, say: tell, signal })
  }

  private async takeIn({ copy }: Order, tell: (text: string) => void, signal: AbortSignal): Promise<void> {
    const owner = await this.ctx.users.userFor(copy.applicationUser)
    await takeData({ home: this.ctx.home, source: this.source, order: copy, owner, say: tell, signal })
  }

  /** Copies whose data shall lie here: those that are ordered, under way or not. */
  wantedHere(entries: readonly CommandEntry[]): string[] {
    const ordered = entries.filter(isOrder).filter(({ copy, wanted }) => copy.direction === 'in' && wanted === 'run')
    const running = [...this.jobs.values()].map(({ order }) => order)
    return [...ordered, ...running].map(({ copy }) => copy.copyId)
  }

  async close(): Promise<void> {
    this.isClosing = true
    const jobs = [...this.jobs.values()]
    for (const { abort } of jobs) abort.abort(cancelled)
    await Promise.all(jobs.map(({ ended }) => ended))
  }
}

const cancelled = new AgentFailure('cancelled', 'It was cancelled.')

const failureOf = (error: unknown): AgentFailure =>
  error instanceof DataRefusal ? new AgentFailure('data_refused', error.message) : toFailure(error)

/** What has been taken in waits for its unit until the hub says that nobody does. */
export const waitsForUnit = (entry: CommandEntry): boolean => isOrder(entry) && entry.copy.direction === 'in' && entry.wanted === 'run'
