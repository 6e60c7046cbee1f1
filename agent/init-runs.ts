import type { InitCheck, InitNews, InitOrder, InitPolicy } from '@/lib/protocol/init'
import { type InitSaid, initText } from '@/lib/protocol/init-words'
import { readIfThere, writeDurably } from './durable'
import { toFailure } from './failure'
import { checkDisk, checkMemory, checkPrograms, checkSysctl, checkSystem, checkUser } from './init-checks'
import { checkClock } from './init-clock'
import { runPackage } from './init-package'
import type { BlobSource } from './package-cache'
import { say, type UnitContext } from './unit-context'

type Found = { said: InitSaid; log?: string }
type Outcome = { message: string; said?: InitSaid | undefined; log?: string }
/** Which of a run's policies have passed, and whether it is over. */
type Kept = { runId: string; passed: string[]; isOver: boolean }

/** Looks at a new machine, policy after policy, as its hub has signed. A run is made once; an agent that comes back goes on with it. */
export class InitRuns {
  private kept: Kept | undefined
  private running: { runId: string; abort: AbortController; ended: Promise<void> } | undefined
  private isClosing = false

  private constructor(
    private readonly ctx: UnitContext,
    private readonly hub: BlobSource,
    kept: Kept | undefined,
  ) {
    this.kept = kept
  }

  static async load(ctx: UnitContext, hub: BlobSource): Promise<InitRuns> {
    const text = await readIfThere(ctx.home.init)
    return new InitRuns(ctx, hub, text ? (JSON.parse(text) as Kept) : undefined)
  }

  take(order: InitOrder | undefined): void {
    if (!order || this.isClosing || this.running?.runId === order.runId || (this.kept?.runId === order.runId && this.kept.isOver)) return
    const before = this.running
    before?.abort.abort()
    const abort = new AbortController()
    const ended = (before?.ended ?? Promise.resolve())
      .then(() => this.run(order, abort.signal))
      .catch((error) => say(`init policies could not be run: ${error instanceof Error ? error.stack : error}`))
      .finally(() => {
        if (this.running?.abort === abort) this.running = undefined
      })
    this.running = { runId: order.runId, abort, ended }
  }

  /** What runs goes on under its holder; the next agent takes it up. */
  close(): void {
    this.isClosing = true
  }

  private async run({ runId, policies }: InitOrder, signal: AbortSignal): Promise<void> {
    if (this.kept?.runId !== runId) await this.keep({ runId, passed: [], isOver: false })
    for (const policy of policies) {
      if (this.isClosing || signal.aborted) return
      if (this.kept?.passed.includes(policy.id)) continue
      await this.tell(runId, policy, 'running', { message: '' })
      const isPassed = await this.look(runId, policy, signal)
      if (isPassed === undefined) return
      const passed = this.kept?.passed ?? []
      await this.keep({ runId, passed: isPassed ? [...passed, policy.id] : passed, isOver: !isPassed })
      if (!isPassed) return
    }
    await this.keep({ runId, passed: policies.map(({ id }) => id), isOver: true })
  }

  /** Undefined when nobody wants to know any more. */
  private async look(runId: string, policy: InitPolicy, signal: AbortSignal): Promise<boolean | undefined> {
    try {
      const found = await this.perform(policy.check, `init-${runId}-${policy.id}`, signal)
      await this.tell(runId, policy, 'passed', { ...found, message: initText(found.said) })
      return true
    } catch (error) {
      if (signal.aborted || this.isClosing) return undefined
      const { message, detail } = toFailure(error)
      await this.tell(runId, policy, 'failed', { message, said: detail.said, log: detail.lastLines?.join('\n') ?? '' })
      return false
    }
  }

  private async perform(check: InitCheck, runId: string, signal: AbortSignal): Promise<Found> {
    switch (check.kind) {
      case 'system':
        return { said: checkSystem(check) }
      case 'disk':
        return { said: await checkDisk(check) }
      case 'memory':
        return { said: checkMemory(check) }
      case 'clock':
        return { said: await checkClock(check, (await this.hub.open(signal)).baseUrl, signal) }
      case 'programs':
        return { said: checkPrograms(check) }
      case 'user':
        return { said: await checkUser(check) }
      case 'sysctl':
        return { said: checkSysctl(check) }
      case 'package':
        return runPackage({ ctx: this.ctx, check, runId, signal })
    }
  }

  private async tell(runId: string, { id }: InitPolicy, state: InitNews['state'], { message, said, log = '' }: Outcome): Promise<void> {
    const at = new Date().toISOString()
    await this.ctx.reporter.init({ runId, policyId: id, state, message: message.slice(0, 4000), ...(said ? { said } : {}), log, at })
  }

  private async keep(kept: Kept): Promise<void> {
    this.kept = kept
    await writeDurably(this.ctx.home.init, JSON.stringify(kept))
  }
}
