import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { contentDigestOf, type UnitContent, type UnitEntry } from '@/lib/protocol/desired'
import type { UnitNews } from '@/lib/protocol/news'
import { goalOf, planUnit, type Step } from './converge'
import { type AgentFailure, toFailure } from './failure'
import { mayHurry } from './haste'
import { endGroup, findHeld, forgetRunFolder, hasEnded } from './holder'
import { taskKey } from './outbox'
import { paced, pause } from './pace'
import { relateAsIs } from './relate-as-is'
import { isProcessUp } from './supervisor'
import { say, type UnitContext } from './unit-context'
import { saveRecord, type UnitRecord, type Work } from './unit-record'
import { needsData, newsOf, sameNews } from './unit-report'
import { performStep } from './unit-steps'
import { UnitWatch } from './unit-watch'

const hookSteps: readonly Step[] = ['install', 'upgrade', 'config-changed', 'reload', 'start', 'relation-changed']

/**
 * Steps that here only turn a switch in the record: not worth a word and a write of their own. The next step's write, or the
 * end's, carries them; after a crash they are taken again.
 */
function isQuiet(step: Step, record: UnitRecord, target: UnitContent | null): boolean {
  if (step === 'stop') return !record.shouldRun && record.process === null
  return hookSteps.includes(step) && target?.hooks[step] === undefined
}

/** After a crash it is taken again without harm, and the record tells already that nothing may be relied on. */
function isSafeAgain(step: Step, { isDirty, isSetUp }: UnitRecord): boolean {
  return step === 'fetch' || step === 'relate' || (step === 'write' && (isDirty || !isSetUp))
}

/** Everything that happens to one unit, strictly one after the other. Units run side by side. */
export class UnitRunner {
  private entry: UnitEntry | undefined
  private isFrozen = false
  private abort: AbortController | undefined
  private chain: Promise<void> = Promise.resolve()
  private lastNews: UnitNews | undefined
  private readonly watch: UnitWatch

  constructor(
    private readonly ctx: UnitContext,
    readonly record: UnitRecord,
  ) {
    mayHurry()
    this.watch = new UnitWatch({
      ctx,
      record,
      post: (job) => this.post(job),
      save: () => this.save(),
      tell: (facts) => this.tell(facts),
      checkAddress: () => (this.record.work === null && this.entry && goalOf(this.entry) === this.record.reached ? this.entry.check : null),
      giveUp: (failure) => this.giveUp(failure),
    })
  }

  /** After a start of the agent: take up again what runs, without touching it. */
  adopt(): void {
    this.post(() => this.watch.adopt())
  }

  setEntry(entry: UnitEntry, isFrozen: boolean): void {
    const { record } = this
    if (entry.generation < record.generation) return
    this.entry = entry
    this.isFrozen = isFrozen
    // A new attempt of the same takes over what is under way.
    if (record.work?.goal === goalOf(entry)) record.work.cause = entry.cause
    // What runs now is no longer wanted: its hook is ended, the rest is sorted out in turn.
    if (this.abort && record.work && !isFrozen && record.work.goal !== goalOf(entry)) this.abort.abort()
    this.post(() => this.converge())
  }

  private post(job: () => Promise<void>): void {
    this.chain = this.chain.then(job).catch((error) => say(`${this.record.unit}: ${error instanceof Error ? error.stack : error}`))
  }

  async settle(): Promise<void> {
    await this.chain
  }

  get entryInForce(): UnitEntry | undefined {
    return this.entry
  }

  private async save(): Promise<void> {
    await saveRecord(this.ctx.home, this.record)
  }

  private tell(facts?: Record<string, unknown>): void {
    const news = newsOf(this.record, this.ctx.home, facts)
    if (sameNews(this.lastNews, news)) return
    this.lastNews = news
    void this.ctx.reporter.unit(news)
  }

  private async converge(): Promise<void> {
    const { entry, record } = this
    if (!entry || this.isFrozen) return
    if (entry.wanted === 'as_is') {
      await this.abandonWork('cancelled')
      if (await relateAsIs(this.ctx, record, entry)) await this.save()
      return this.tell()
    }
    const goal = goalOf(entry)
    record.generation = entry.generation
    record.unit = entry.unit
    if (record.work && record.work.goal !== goal) await this.abandonWork('superseded')
    if (record.work) record.work.cause = entry.cause
    else if (!(await this.beginWork(entry, goal).catch((error) => this.couldNotBegin(error)))) return
    await this.execute(entry)
  }

  /** False when there is nothing to do; whoever asks is told so. */
  private async beginWork(entry: UnitEntry, goal: string): Promise<boolean> {
    const { record, ctx } = this
    const cause = entry.cause && taskKey(entry.cause)
    if (record.reached === goal) {
      await ctx.reporter.done(entry.cause, { ok: true })
      if (entry.wanted === 'running') this.watch.startChecks(entry.check !== null && !ctx.reporter.isDone(entry.check))
      return false
    }
    if (record.failed?.goal === goal && record.failed.cause === cause) {
      await ctx.reporter.done(entry.cause, { ok: false, code: record.code ?? 'failed', message: record.message ?? '' })
      return false
    }
    const facts = { isUp: record.shouldRun, exists: record.dir !== null || record.shouldRun, needsData: needsData(record, entry) }
    const { steps, transition } = planUnit({ ...record, ...facts }, entry)
    record.work = {
      id: `${record.unitId}-${randomBytes(6).toString('hex')}`,
      goal,
      cause: entry.cause,
      steps,
      at: 0,
      transition,
      fromVersion: record.applied?.content.package.version ?? null,
    }
    record.transition = transition
    record.failed = null
    if (entry.wanted === 'absent') record.state = 'removing'
    await this.save()
    if (record.state !== null && (transition !== null || entry.wanted === 'absent')) this.tell()
    return true
  }

  /** Not even the plan could be stored: the disk is full. */
  private async couldNotBegin(error: unknown): Promise<false> {
    const { work } = this.record
    if (!work) throw error
    await this.failWork(toFailure(error), work)
    return false
  }

  private async execute(entry: UnitEntry): Promise<void> {
    const { record, ctx } = this
    const work = record.work as Work
    const target = entry.content ?? record.applied?.content ?? null
    this.abort = new AbortController()
    const { signal } = this.abort
    try {
      for (let step = work.steps[work.at]; step !== undefined; step = work.steps[work.at]) {
        const quiet = isQuiet(step, record, target)
        const again = isSafeAgain(step, record)
        // Nobody waits for this word to be on disk: order is kept by the outbox.
        if (!quiet) void ctx.reporter.step(work.cause, step)
        if (step === 'stop' || step === 'delete') await this.watch.pauseAll()
        const before = record.state
        await performStep(step, { ctx, record, work, target, ...entry, signal })
        if (step === 'launch') this.watch.watchProcess()
        work.at += 1
        if (!quiet && !again) await this.save()
        if (record.state !== before) this.tell()
        if (signal.aborted) return
      }
      await this.finish(entry, work)
    } catch (error) {
      if (!signal.aborted) await this.failWork(toFailure(error), work)
    } finally {
      this.abort = undefined
    }
  }

  private async finish(entry: UnitEntry, work: Work): Promise<void> {
    const { record, ctx } = this
    if (entry.content && entry.wanted !== 'absent') record.applied = { content: entry.content, digest: contentDigestOf(entry.content) }
    if (entry.wanted === 'absent')
      Object.assign(record, {
        applied: null,
        state: 'removed',
        dir: null,
        package: null,
        wasInstalled: false,
        isSetUp: false,
        relations: null,
        related: null,
        tookOver: null,
      })
    Object.assign(record, {
      isDirty: false,
      work: null,
      reached: work.goal,
      failed: null,
      transition: null,
      restartToken: entry.restartToken,
    })
    // What went wrong earlier is over; a check that is still lost says so again.
    Object.assign(record, { code: null, message: null, exitCode: null, lastLines: [] })
    if (record.state === 'error') record.state = record.shouldRun ? 'ready' : 'stopped'
    if (work.steps.includes('launch')) record.exits.atMs = []
    await this.save()
    this.tell()
    await ctx.reporter.done(work.cause, { ok: true })
    this.forgetRuns(work.id)
    if (entry.wanted === 'running') this.watch.startChecks(true)
  }

  private async failWork(failure: AgentFailure, work: Work): Promise<void> {
    const { record, ctx } = this
    const { code, message, detail } = failure
    Object.assign(record, { work: null, transition: null, reached: null, code, message })
    Object.assign(record, { exitCode: detail.exitCode ?? null, lastLines: detail.lastLines ?? [] })
    record.failed = { goal: work.goal, cause: work.cause && taskKey(work.cause) }
    // Nothing was touched yet: what runs goes on as it was, and only the task failed.
    const isUntouched = record.applied !== null && !record.isDirty && isProcessUp(record)
    if (isUntouched) record.reached = null
    else record.state = 'error'
    if (record.shouldRun && record.content?.process && !isProcessUp(record)) record.shouldRun = false
    await this.save().catch((error) => say(`${record.unit}: ${error}`))
    this.tell()
    await ctx.reporter.done(work.cause, { ok: false, code, message })
    this.forgetRuns(work.id)
    if (record.shouldRun) this.watch.startChecks(false)
  }

  /** The hub changed its mind: what was begun ends where it stands. */
  private async abandonWork(code: 'cancelled' | 'superseded'): Promise<void> {
    const { record, ctx } = this
    const { work } = record
    if (!work) return
    await this.endRuns(work.id)
    Object.assign(record, { work: null, transition: null, reached: null })
    const isTouched = record.isDirty || record.applied === null
    if (code === 'cancelled' && isTouched && work.at > 0)
      Object.assign(record, { state: 'error', code, message: 'The change was cancelled half way.' })
    if (!record.process && record.content?.process) record.shouldRun = false
    await this.save()
    this.tell()
    await ctx.reporter.done(work.cause, { ok: false, code })
    this.forgetRuns(work.id)
  }

  /** The supervisor's last word: it does not stay up. */
  private async giveUp(failure: AgentFailure): Promise<void> {
    const { record, entry, ctx } = this
    const { code, message, detail } = failure
    Object.assign(record, { state: 'error', code, message, shouldRun: false, reached: null, transition: null })
    Object.assign(record, { exitCode: detail.exitCode ?? null, lastLines: detail.lastLines ?? [], isDirty: record.applied !== null })
    record.failed = entry ? { goal: goalOf(entry), cause: entry.cause && taskKey(entry.cause) } : null
    await this.save()
    this.tell()
    if (entry?.check) await ctx.reporter.done(entry.check, { ok: false, code, message })
  }

  /** Hooks that an agent before us began and nobody wants any more. */
  private async endRuns(workId: string): Promise<void> {
    for (const name of this.runsOf(workId)) {
      const held = findHeld(this.ctx.home.run(name), name)
      if (held && !hasEnded(held)) await endGroup(held, paced(2000))
    }
  }

  /** All but the process's own run, which is still in use. */
  private runsOf(workId: string): string[] {
    return readdirSync(this.ctx.home.runs).filter((name) => name.startsWith(`${workId}-`) && name !== this.record.process?.runId)
  }

  /** Output of hooks has been sent or stands in the outbox. */
  private forgetRuns(workId: string): void {
    for (const name of this.runsOf(workId)) {
      forgetRunFolder(this.ctx.home.run(name))
      this.ctx.outbox.forgetRun(name)
    }
  }

  async close(): Promise<void> {
    await this.watch.pauseAll()
    await Promise.race([this.chain, pause(1000)])
  }
}
