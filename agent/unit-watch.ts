import { randomBytes } from 'node:crypto'
import type { UnitContent } from '@/lib/protocol/desired'
import type { TaskAddress } from '@/lib/protocol/names'
import { CheckLoop, type CheckVerdict, cadenceOf, untilListening } from './check'
import { AgentFailure, toFailure } from './failure'
import { endedWithLease } from './guard'
import { paced, pause } from './pace'
import { killUnit } from './procfs'
import { shelveRun } from './run-shelf'
import { endedBeforeBoot, endOfProcess, heldOf, isOnProbation, isProcessUp, noteExit, restartDelayMs, Watch } from './supervisor'
import { lastLinesOf } from './tail'
import { checkUnit } from './unit-check'
import { say, type UnitContext } from './unit-context'
import { leaseComes, mayRun } from './unit-lease'
import type { UnitRecord } from './unit-record'
import { ensurePackage, launch, portsTaken } from './unit-steps'

/** A program that is not checked in this time has had its chance to start at full speed. */
const startingMs = 10_000

type Host = {
  ctx: UnitContext
  record: UnitRecord
  /** Puts a job behind what the unit does now. */
  post: (job: () => Promise<void>) => void
  save: () => Promise<void>
  tell: (facts?: Record<string, unknown>) => void
  /** The task that waits for a verdict on what runs now; null while a change is under way. */
  checkAddress: () => TaskAddress | null
  giveUp: (failure: AgentFailure) => Promise<void>
}

/** Keeps a unit's process up and its check going. */
export class UnitWatch {
  private process: Watch | undefined
  private checks: CheckLoop | undefined
  private restart = new AbortController()
  private lastComplaint: string | undefined
  private starting: NodeJS.Timeout | undefined

  constructor(private readonly host: Host) {}

  async adopt(): Promise<void> {
    const { record } = this.host
    if (!record.shouldRun) return
    // A restart of the machine is no crash: nothing is counted, it is only started again.
    if (record.process && endedBeforeBoot(record)) record.process = null
    if (record.process) this.watchProcess()
    else if (record.work === null) await this.restartNow()
    if (record.process && isProcessUp(record)) this.adoptSize(record.process.mark.pid)
    if (record.work === null) this.startChecks(false)
  }

  private adoptSize(pid: number): void {
    const { record, ctx } = this.host
    try {
      ctx.groups.adopt(record, pid)
    } catch (error) {
      say(`${record.unit} runs beyond its size: ${error instanceof Error ? error.message : error}`)
    }
  }

  watchProcess(): void {
    const { record, ctx } = this.host
    this.process?.callOff()
    this.process = undefined
    if (!record.process) return
    const held = heldOf(record.process, ctx.home.run(record.process.runId))
    this.process = new Watch(held, () => this.host.post(() => this.onExit(held.runId)))
  }

  /** `anew`: somebody waits for a verdict. */
  startChecks(anew: boolean): void {
    const { record, ctx } = this.host
    if (!record.content || !record.shouldRun) return
    if (this.checks && !anew) return
    if (this.checks) void this.checks.stop()
    this.lastComplaint = undefined
    const { content } = record
    const loop: CheckLoop = new CheckLoop(
      cadenceOf(content),
      (signal) => untilListening(content, signal),
      (signal) => checkUnit(ctx, record, signal),
      (verdict) =>
        this.host.post(async () => {
          // A verdict on what has been replaced meanwhile says nothing.
          if (this.checks === loop) await this.onVerdict(verdict)
        }),
    )
    this.checks = loop
    clearTimeout(this.starting)
    this.starting = setTimeout(() => this.host.post(async () => ctx.groups.hold(record)), paced(startingMs))
  }

  async pauseAll(): Promise<void> {
    this.restart.abort()
    clearTimeout(this.starting)
    this.process?.callOff()
    this.process = undefined
    const { checks } = this
    this.checks = undefined
    await checks?.stop()
  }

  private async onExit(runId: string): Promise<void> {
    const { record, ctx, save, tell, giveUp } = this.host
    if (record.process?.runId !== runId) return
    const dir = ctx.home.run(runId)
    if (endedWithLease(dir)) return this.onLeaseOver(runId)
    const isCrashLoop = noteExit(record, dir)
    record.lastLines = lastLinesOf(dir, ctx.secrets.mask)
    const { code, how } = endOfProcess(record, ctx.groups.kills(record.group))
    record.process = null
    record.isChecked = false
    record.restarts += 1
    await this.pauseAll()
    shelveRun(ctx.home, record, runId)
    const detail = { exitCode: record.exitCode, lastLines: record.lastLines }
    if (isCrashLoop) return giveUp(new AgentFailure(code ?? 'crash_loop', `The process ${how}, again and again.`, detail))
    Object.assign(record, { code: code ?? 'exited', message: `The process ${how} and is started again.` })
    if (record.state === 'running' || record.state === 'ready') record.state = 'installed'
    await save()
    tell()
    this.restartLater()
  }

  /** Its guard has ended it, as was promised to the hub: no crash, and no restart before it is lent again. */
  private async onLeaseOver(runId: string): Promise<void> {
    const { record, ctx } = this.host
    record.process = null
    record.isChecked = false
    await this.pauseAll()
    shelveRun(ctx.home, record, runId)
    await this.waitForLease()
  }

  private async waitForLease(): Promise<void> {
    const { record, save, tell, post } = this.host
    if (record.state === 'running' || record.state === 'ready') record.state = 'installed'
    Object.assign(record, { code: 'lease_over', message: 'Its lease is over; it starts again when the hub lends it to this machine.' })
    await save()
    tell()
    this.restart = new AbortController()
    leaseComes(this.host, this.restart.signal).then(
      () => post(() => this.restartNow()),
      () => undefined,
    )
  }

  private restartLater(): void {
    this.restart = new AbortController()
    pause(restartDelayMs(this.host.record), this.restart.signal).then(
      () => this.host.post(() => this.restartNow()),
      () => undefined,
    )
  }

  private async restartNow(): Promise<void> {
    const { record, ctx, save, tell, giveUp } = this.host
    if (!record.shouldRun || !record.content?.process || isProcessUp(record)) return
    if (!(await this.hasPackage(record.content))) return
    if (!mayRun(this.host)) return this.waitForLease()
    killUnit(ctx.home, record.unitId)
    const taken = await portsTaken(record.content)
    if (taken) return giveUp(new AgentFailure('port_taken', taken))
    try {
      await launch({ ctx, record }, `${record.unitId}-${randomBytes(6).toString('hex')}`)
    } catch (error) {
      return giveUp(toFailure(error))
    }
    if (record.state === 'installed' || record.state === 'running') record.state = 'ready'
    await save()
    tell()
    this.watchProcess()
    this.startChecks(true)
  }

  /** What it died of may be what it was started from. */
  private async hasPackage(content: UnitContent): Promise<boolean> {
    const { record, ctx, giveUp } = this.host
    const { signal } = this.restart
    try {
      ctx.cache.doubt(content.package.digest)
      await ensurePackage({ ctx, record, signal })
      return true
    } catch (error) {
      if (!signal.aborted) await giveUp(toFailure(error))
      return false
    }
  }

  private async onVerdict(verdict: CheckVerdict): Promise<void> {
    if (verdict.kind === 'pass') await this.onPass(verdict)
    else await this.onFail(verdict)
  }

  private async onPass(verdict: CheckVerdict): Promise<void> {
    const { record, ctx, save, tell } = this.host
    if (isOnProbation(record)) return
    const isFirst = !record.isChecked || record.state !== 'running'
    if (record.state === 'installed' || record.state === 'ready') Object.assign(record, { state: 'running', code: null, message: null })
    record.isChecked = true
    ctx.groups.hold(record)
    this.lastComplaint = undefined
    if (isFirst) await save()
    tell(verdict.facts)
    const address = this.host.checkAddress()
    if (!address || ctx.reporter.isDone(address)) return
    await ctx.reporter.log(address, verdict.lines)
    await ctx.reporter.done(address, { ok: true })
  }

  private async onFail(verdict: CheckVerdict): Promise<void> {
    const { record, ctx, save, tell } = this.host
    const address = this.host.checkAddress()
    const message = verdict.message ?? 'The check failed.'
    // While it starts up a program fails in the same words many times; once is enough.
    if (address && this.lastComplaint !== message) {
      await ctx.reporter.log(address, verdict.lines)
      await ctx.reporter.say(address, `check: ${message}`)
    }
    this.lastComplaint = message
    if (verdict.kind !== 'lost') return
    const code = verdict.code ?? 'check_failed'
    if (record.state === 'running') record.state = 'ready'
    if (record.state !== 'error') Object.assign(record, { code, message, isChecked: false })
    await save()
    tell()
    if (address) await ctx.reporter.done(address, { ok: false, code, message })
  }
}
