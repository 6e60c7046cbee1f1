import { connect } from 'node:net'
import type { UnitContent } from '@/lib/protocol/desired'
import type { LogLine } from '@/lib/protocol/news'
import { paced, pause } from './pace'
import { foreignOwnerOf } from './ports'

export type CheckOutcome = { ok: boolean; code?: string; message?: string; lines: LogLine[]; facts?: Record<string, unknown> }
export type CheckVerdict = CheckOutcome & { kind: 'pass' | 'tolerated' | 'lost' }

type Cadence = { everyMs: number; failures: number }

const firstWaitMs = 100
const mostBootMs = 1000

export function cadenceOf(content: UnitContent): Cadence {
  return content.check ?? { everyMs: paced(5000), failures: 3 }
}

/**
 * Runs a check again and again. After a start it looks often, because most programs are up soon; it gives up once the
 * allowed failures at the normal pace would have passed, and goes on looking all the same.
 */
export class CheckLoop {
  private readonly stopping = new AbortController()
  private failures = 0
  private readonly phaseStart = performance.now()
  private waitMs = paced(firstWaitMs)
  private hasPassed = false
  private isLost = false
  private readonly running: Promise<void>

  constructor(
    private readonly cadence: Cadence,
    /** Resolves when what was started may be up; before that a look costs more than it tells. */
    private readonly untilUp: (signal: AbortSignal) => Promise<void>,
    private readonly check: (signal: AbortSignal) => Promise<CheckOutcome>,
    private readonly report: (verdict: CheckVerdict) => void,
  ) {
    this.running = this.loop()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping
    await this.untilUp(signal)
    while (!signal.aborted) {
      const outcome = await this.check(signal).catch((error): CheckOutcome => ({ ok: false, message: String(error), lines: [] }))
      if (signal.aborted) return
      this.report({ ...outcome, kind: this.judge(outcome) })
      await this.waitForNext()
    }
  }

  private judge(outcome: CheckOutcome): CheckVerdict['kind'] {
    if (outcome.ok) {
      this.failures = 0
      this.hasPassed = true
      this.isLost = false
      return 'pass'
    }
    this.failures += 1
    const { everyMs, failures } = this.cadence
    const isOver = this.hasPassed ? this.failures >= failures : performance.now() - this.phaseStart >= everyMs * failures
    if (this.isLost || !(isOver || outcome.code === 'port_taken')) return 'tolerated'
    this.isLost = true
    return 'lost'
  }

  private async waitForNext(): Promise<void> {
    const ms = this.hasPassed || this.isLost ? this.cadence.everyMs : Math.min(this.waitMs, this.cadence.everyMs)
    this.waitMs *= 1.6
    await pause(ms, this.stopping.signal).catch(() => undefined)
  }
}

/** Until every declared port accepts a connection, or the time is over in which most programs are up. */
export async function untilListening(content: UnitContent, signal: AbortSignal): Promise<void> {
  const end = performance.now() + paced(mostBootMs)
  for (let waitMs = 5; !signal.aborted && performance.now() < end; waitMs *= 1.5) {
    if ((await checkPorts(content)).ok) return
    await pause(waitMs, signal).catch(() => undefined)
  }
}

/** Without a check hook: every declared port accepts a connection. */
export async function checkPorts(content: UnitContent): Promise<CheckOutcome> {
  for (const [name, port] of Object.entries(content.ports)) {
    const failure = await whyNoConnection(content.address, port)
    if (failure) return { ok: false, message: `Port ${name} (${port}) does not answer: ${failure}.`, lines: [] }
  }
  return { ok: true, lines: [] }
}

function whyNoConnection(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: host || '127.0.0.1', port, timeout: 2000 })
    const end = (reason: string | undefined) => {
      socket.destroy()
      resolve(reason)
    }
    socket.once('connect', () => end(undefined))
    socket.once('timeout', () => end('no answer within 2 s'))
    socket.once('error', (error) => end(error.message))
  })
}

/** A check may pass because somebody else answers on our port. */
export function whyForeignPort(content: UnitContent, unitId: string, main: number | undefined): string | undefined {
  for (const [name, port] of Object.entries(content.ports)) {
    const owner = foreignOwnerOf(port, content.address, unitId, main)
    if (owner) return `Port ${name} (${port}) is taken by ${owner}.`
  }
  return undefined
}
