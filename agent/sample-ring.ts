import { type SampleSlot, slotMs, slotsPerDay } from '@/lib/protocol/samples'

/** What one look found; undefined = not known. CPU time only rises, until it begins anew. */
export type Look = { cpuMs: number | undefined; memoryMib: number | undefined; diskMib: number | undefined; restarts: number }

type Kept = SampleSlot & { cpuMsUsed: number; cpuMsOver: number; isTold: boolean }

/** The last day of one subject, in memory: slots that the hub has not been told wait here for it. */
export class SampleRing {
  private readonly slots: Kept[] = []
  private isKnown = false
  private before: { cpuMs: number; atMs: number } | undefined

  /**
   * `atMs` of the clock says into which slot it falls; `nowMs`, which nobody sets, how long ago the last look was. True for the first
   * look after which its CPU is known.
   */
  add(look: Look, atMs: number, nowMs: number): boolean {
    const kept = this.slotAt(Math.floor(atMs / slotMs))
    const { cpuMs, memoryMib, diskMib } = look
    if (cpuMs !== undefined && this.before && nowMs > this.before.atMs) {
      // A new process counts from nothing again.
      kept.cpuMsUsed += cpuMs >= this.before.cpuMs ? cpuMs - this.before.cpuMs : cpuMs
      kept.cpuMsOver += nowMs - this.before.atMs
      kept.cpuMillis = Math.round((kept.cpuMsUsed / kept.cpuMsOver) * 1000)
    }
    this.before = cpuMs === undefined ? undefined : { cpuMs, atMs: nowMs }
    if (memoryMib !== undefined) kept.memoryMib = Math.max(kept.memoryMib ?? 0, Math.round(memoryMib))
    if (diskMib !== undefined) kept.diskMib = Math.round(diskMib)
    kept.restarts = look.restarts
    kept.isTold = false
    const isFirst = !this.isKnown && kept.cpuMillis !== null
    this.isKnown ||= isFirst
    return isFirst
  }

  get isTold(): boolean {
    return this.slots.every((slot) => slot.isTold)
  }

  /** What the hub has not been told yet; the newest slot is told again as it grows. */
  take(): SampleSlot[] {
    return this.slots
      .filter((one) => !one.isTold)
      .map((one) => {
        one.isTold = true
        const { cpuMsUsed: _used, cpuMsOver: _over, isTold: _told, ...slot } = one
        return slot
      })
  }

  private slotAt(slot: number): Kept {
    const last = this.slots.at(-1)
    if (last?.slot === slot) return last
    const fresh: Kept = { slot, cpuMillis: null, memoryMib: null, diskMib: null, restarts: null, cpuMsUsed: 0, cpuMsOver: 0, isTold: false }
    this.slots.push(fresh)
    if (this.slots.length > slotsPerDay) this.slots.shift()
    return fresh
  }
}
