import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isLeaseSigned, type LeaseGrant, type LeaseKey } from '@/lib/protocol/lease'
import { writeDurably } from './durable'
import type { Home } from './home'
import { type Line, Orders } from './orders'
import { paced, pause } from './pace'
import { bootId, uptimeMs } from './procfs'
import { say } from './unit-context'

const askAgainMs = 1_000

type Lease = { generation: number; endMs: number; leaseMs: number }

/**
 * What the hub has lent this machine: the right to run a unit until a moment of the clock since boot, counted from when it was asked
 * for. Each lease is a file that the guards of its processes read.
 */
export class Leases {
  private readonly held = new Map<string, Lease>()
  private readonly orders = new Orders('lease', isLeaseSigned)
  private asked = new Map<number, number>()
  private seq = 0
  private readonly waiting = new Set<() => void>()
  /** The units that need one now. */
  wanted: () => LeaseKey[] = () => []

  constructor(private readonly home: Home) {
    for (const name of readdirSync(home.leases)) this.load(name)
  }

  private load(name: string): void {
    const path = join(this.home.leases, name)
    const [boot, end, leaseMs] = readFileSync(path, 'utf8').split(' ')
    const cut = name.lastIndexOf('-')
    // Of another boot, or half of one that was being written: it is worth nothing.
    if (boot !== bootId || cut < 0 || name.endsWith('.new')) return rmSync(path, { force: true })
    this.held.set(name.slice(0, cut), { generation: Number(name.slice(cut + 1)), endMs: Number(end) * 10, leaseMs: Number(leaseMs) })
  }

  connected(line: Line): void {
    this.orders.connected(line)
    this.asked.clear()
    this.seq = 0
    this.ask()
  }

  disconnected(): void {
    this.orders.disconnected()
  }

  /** Asked often: an answer counts from here, however long it takes. */
  ask(): void {
    const units = this.wanted()
    if (units.length === 0 || !this.orders.line) return
    this.seq += 1
    this.asked.set(this.seq, uptimeMs())
    this.orders.line.wire.send({ type: 'lease-ask', seq: this.seq, units })
  }

  async take(grant: LeaseGrant, raw: Record<string, unknown>): Promise<void> {
    const askedAt = this.asked.get(grant.seq)
    if (askedAt === undefined || !this.orders.takes(grant, raw)) return
    for (const seq of this.asked.keys()) if (seq <= grant.seq) this.asked.delete(seq)
    for (const unit of grant.units) {
      await this.keep(unit, askedAt).catch((error) => say(`the lease of ${unit.unitId} could not be kept: ${error}`))
    }
    for (const wakeUp of this.waiting) wakeUp()
  }

  /** On disk first: who guards what runs under it reads nothing else. */
  private async keep({ unitId, generation, leaseMs }: LeaseGrant['units'][number], askedAt: number): Promise<void> {
    const endMs = askedAt + leaseMs
    await writeDurably(this.fileOf({ unitId, generation }), `${bootId} ${Math.floor(endMs / 10)} ${leaseMs}\n`)
    const before = this.held.get(unitId)
    if (before && before.generation !== generation) this.forget(unitId)
    this.held.set(unitId, { generation, endMs, leaseMs })
  }

  fileOf = ({ unitId, generation }: LeaseKey): string => join(this.home.leases, `${unitId}-${generation}`)

  /** The lease, while enough of it is left to begin something under it. */
  find(key: LeaseKey): { leaseMs: number } | undefined {
    const lease = this.current(key)
    return lease && lease.endMs - uptimeMs() > lease.leaseMs / 2 ? lease : undefined
  }

  /** The same until its very end. */
  current({ unitId, generation }: LeaseKey): Lease | undefined {
    const lease = this.held.get(unitId)
    return lease?.generation === generation && lease.endMs > uptimeMs() ? lease : undefined
  }

  /** Waits until the hub has lent it. */
  async hold(key: LeaseKey, signal: AbortSignal): Promise<{ leaseMs: number }> {
    for (let lease = this.find(key); ; lease = this.find(key)) {
      if (lease) return lease
      this.ask()
      await this.nextNews(signal)
    }
  }

  /** Until something was lent, or it is time to ask again. */
  private async nextNews(signal: AbortSignal): Promise<void> {
    let wakeUp: () => void = () => undefined
    const lent = new Promise<void>((resolve) => {
      wakeUp = resolve
    })
    this.waiting.add(wakeUp)
    try {
      await Promise.race([lent, pause(paced(askAgainMs), signal)])
    } finally {
      this.waiting.delete(wakeUp)
    }
  }

  /** How long its leases are, also when the last one is over. */
  lengthMs({ unitId, generation }: LeaseKey): number | undefined {
    const lease = this.held.get(unitId)
    return lease?.generation === generation ? lease.leaseMs : undefined
  }

  forget(unitId: string): void {
    const lease = this.held.get(unitId)
    if (lease) rmSync(this.fileOf({ unitId, generation: lease.generation }), { force: true })
    this.held.delete(unitId)
  }
}
