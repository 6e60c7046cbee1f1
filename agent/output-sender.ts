import type { Mask } from '@/lib/protocol/mask'
import type { HubMessage } from '@/lib/protocol/messages'
import type { OutputPart } from '@/lib/protocol/output'
import type { Wire } from './connection'
import type { Home } from './home'
import { paced } from './pace'
import { forgetShelf, runsOf } from './run-shelf'
import { UnitOutput } from './unit-output'
import type { UnitRecord } from './unit-record'

type Want = Extract<HubMessage, { type: 'output-want' }>
type At = Extract<HubMessage, { type: 'output-at' }>

const liveTickMs = 200
const idleTickMs = 1000
const mostFrameBytes = 512 * 1024
const answerMs = 20_000
/** All units that are looked at share this. */
const liveBytesPerSecond = 1024 * 1024
const liveBytesPerUnit = 256 * 1024

/**
 * Sends what units print, for as long as one connection lives: a little always, all of it while somebody looks. One frame is on
 * its way at a time, so a slow hub slows this and nothing else; where each unit stands the hub says, so nothing is told twice.
 */
export class OutputSender {
  private readonly units = new Map<string, UnitOutput>()
  private readonly liveUntil = new Map<string, number>()
  private timer: NodeJS.Timeout | undefined
  private awaited: { unitIds: Set<string>; until: number } | undefined
  private isWanted = false

  constructor(
    private readonly home: Home,
    private readonly mask: Mask,
    private readonly wire: Wire,
    private readonly records: () => UnitRecord[],
  ) {}

  /** The hub keeps output, and looks at these units now. A hub that never says so is never sent any. */
  want({ unitIds, leaseMs }: Want): void {
    this.isWanted = true
    for (const unitId of unitIds) this.liveUntil.set(unitId, performance.now() + leaseMs)
    this.tickSoon(0)
  }

  at({ units }: At): void {
    for (const place of units) {
      if (this.awaited?.unitIds.has(place.unitId)) this.awaited = undefined
      this.units.get(place.unitId)?.standAt(place)
    }
    this.tickSoon(0)
  }

  stop(): void {
    this.isWanted = false
    clearTimeout(this.timer)
  }

  private tickSoon(ms: number): void {
    clearTimeout(this.timer)
    if (this.isWanted) this.timer = setTimeout(() => this.tick(), ms)
  }

  private tick(): void {
    const now = performance.now()
    for (const [unitId, until] of this.liveUntil) if (until < now) this.liveUntil.delete(unitId)
    const records = this.records()
    this.follow(records)
    const perUnit = Math.min(liveBytesPerUnit, liveBytesPerSecond / Math.max(1, this.liveUntil.size))
    for (const [unitId, unit] of this.units) unit.fill(this.liveUntil.has(unitId) ? perUnit : null, now)
    if (this.awaited && now > this.awaited.until) this.askAgain()
    if (!this.awaited) this.ask() || this.send(now)
    const isBusy = this.liveUntil.size > 0 && this.units.size > 0
    this.tickSoon(isBusy ? liveTickMs : idleTickMs)
  }

  /** Units come and go; what a removed one has printed last goes with its folder once the hub has it. */
  private follow(records: readonly UnitRecord[]): void {
    for (const record of records) {
      const known = this.units.get(record.unitId)
      if (!known && (record.state !== 'removed' || runsOf(this.home, record).length > 0)) {
        this.units.set(record.unitId, new UnitOutput(this.home, this.mask, record))
      } else if (known?.isOver && record.state === 'removed') {
        forgetShelf(this.home, record.unitId)
        this.units.delete(record.unitId)
      }
    }
  }

  private ask(): boolean {
    const unitIds = [...this.units].filter(([, unit]) => unit.isLost).map(([unitId]) => unitId)
    if (unitIds.length === 0) return false
    this.expect(unitIds)
    this.wire.send({ type: 'output-ask', unitIds })
    return true
  }

  private send(now: number): void {
    const parts: OutputPart[] = []
    let bytes = 0
    for (const [unitId, unit] of this.units) {
      if (bytes >= mostFrameBytes || !unit.isDue(this.liveUntil.has(unitId), now)) continue
      const part = unit.take(now)
      parts.push(part)
      bytes += part.lines.reduce((sum, line) => sum + line.text.length + 60, 0)
    }
    if (parts.length === 0) return
    this.expect(parts.map((part) => part.unitId))
    this.wire.send({ type: 'output', at: new Date().toISOString(), parts })
  }

  private expect(unitIds: string[]): void {
    this.awaited = { unitIds: new Set(unitIds), until: performance.now() + Math.max(paced(answerMs), 1000) }
  }

  /** The answer did not come: whether it was kept, the hub will say. */
  private askAgain(): void {
    for (const unitId of this.awaited?.unitIds ?? []) this.units.get(unitId)?.lose()
    this.awaited = undefined
  }
}
