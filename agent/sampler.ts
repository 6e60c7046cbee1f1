import { freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import type { SampledSubject } from '@/lib/protocol/samples'
import type { Wire } from './connection'
import { diskOf } from './facts'
import { paced } from './pace'
import { type Look, SampleRing } from './sample-ring'
import { say, type UnitContext } from './unit-context'
import type { UnitRecord } from './unit-record'
import { folderBytes, machineCpuMs, usageOf } from './usage'

const everyMs = 20_000
const tellEveryMs = 300_000
const diskEveryMs = 15 * 60_000
const mib = 1024 * 1024

/** Looks at what the machine and its units use, and tells the hub in batches. Nothing of it is kept on disk: losing it costs a gap. */
export class Sampler {
  private readonly rings = new Map<string, SampleRing>()
  private readonly disks = new Map<string, { mib: number | undefined; atMs: number }>()
  private readonly looking: NodeJS.Timeout
  private wire: Wire | undefined
  private toldAtMs = Number.NEGATIVE_INFINITY
  private isBusy = false

  constructor(
    private readonly ctx: UnitContext,
    private readonly records: () => UnitRecord[],
  ) {
    this.looking = setInterval(() => void this.look().catch((error) => say(String(error))), Math.max(paced(everyMs), 200))
  }

  connected(wire: Wire): void {
    this.wire = wire
    this.toldAtMs = Number.NEGATIVE_INFINITY
  }

  disconnected(): void {
    this.wire = undefined
  }

  stop(): void {
    clearInterval(this.looking)
  }

  private async look(): Promise<void> {
    if (this.isBusy) return
    this.isBusy = true
    try {
      const [atMs, nowMs] = [Date.now(), performance.now()]
      const units = this.records().filter(({ state }) => state !== null && state !== 'removed')
      await this.measureOneFolder(units, nowMs)
      const [disk, used] = [await diskOf(this.ctx.home.root), (totalmem() - freemem()) / mib]
      this.add('', { cpuMs: machineCpuMs(), memoryMib: used, diskMib: disk.totalMib - disk.freeMib, restarts: 0 }, [atMs, nowMs])
      for (const record of units) {
        const usage = usageOf(record, this.ctx.groups)
        const memoryMib = usage && usage.memoryBytes / mib
        const diskMib = this.disks.get(record.unitId)?.mib
        this.add(record.unitId, { cpuMs: usage?.cpuMs, memoryMib, diskMib, restarts: record.restarts }, [atMs, nowMs])
      }
      this.forgetAllBut(new Set(['', ...units.map(({ unitId }) => unitId)]))
      this.tell(nowMs)
    } finally {
      this.isBusy = false
    }
  }

  /** The first figures of a new subject are not kept waiting for the next round. */
  private add(subject: string, look: Look, [atMs, nowMs]: [number, number]): void {
    const ring = this.rings.get(subject) ?? new SampleRing()
    this.rings.set(subject, ring)
    if (ring.add(look, atMs, nowMs)) this.toldAtMs = Number.NEGATIVE_INFINITY
  }

  /** Counting files is the dearest of all looks: one folder at a time, each seldom. */
  private async measureOneFolder(units: readonly UnitRecord[], nowMs: number): Promise<void> {
    const age = ({ unitId }: UnitRecord) => nowMs - (this.disks.get(unitId)?.atMs ?? Number.NEGATIVE_INFINITY)
    const due = units.filter((unit) => unit.dir !== null && age(unit) >= paced(diskEveryMs)).sort((a, b) => age(b) - age(a))[0]
    if (!due?.dir) return
    const bytes = await folderBytes(join(this.ctx.home.apps, due.dir))
    this.disks.set(due.unitId, { mib: bytes === undefined ? undefined : bytes / mib, atMs: nowMs })
  }

  private forgetAllBut(subjects: ReadonlySet<string>): void {
    for (const [subject, ring] of this.rings) {
      if (subjects.has(subject) || !ring.isTold) continue
      this.rings.delete(subject)
      this.disks.delete(subject)
    }
  }

  private tell(nowMs: number): void {
    if (!this.wire || nowMs - this.toldAtMs < paced(tellEveryMs)) return
    this.toldAtMs = nowMs
    const subjects = [...this.rings].flatMap(([subject, ring]): SampledSubject[] => {
      const slots = ring.take()
      return slots.length > 0 ? [{ unitId: subject === '' ? null : subject, slots }] : []
    })
    if (subjects.length > 0) this.wire.send({ type: 'samples', at: new Date().toISOString(), subjects })
  }
}
