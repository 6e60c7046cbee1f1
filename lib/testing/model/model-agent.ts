import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import type { DesiredPackage, DesiredUnit } from '@/lib/db/generated/client'
import { recordNews } from '@/lib/deploys/record-news'
import type { NewsItem } from '@/lib/protocol/news'
import type { Random } from './random'

interface Entry {
  generation: number
  state: 'installed' | 'running' | 'stopped' | 'error' | 'removed'
  contentDigest: string | null
}

/** A body without its seq: the agent numbers news when it writes them to its disk. */
type Body<T> = T extends { seq: number } ? Omit<T, 'seq'> : never

interface Address {
  readonly recordId: string
  readonly taskId: string
  readonly attempt: number
}

/** A wish that the agent took up, with what was true of its record at that moment. */
export interface Act {
  readonly row: DesiredUnit
  readonly recordEnded: boolean
}

/** A machine's desired set, and which of the records behind it have ended. */
interface Told {
  readonly packages: readonly DesiredPackage[]
  readonly units: readonly DesiredUnit[]
  readonly ended: ReadonlySet<string>
}

/** All that are connected read their desired sets at one moment and work on them. */
export async function letWork(agents: readonly ModelAgent[], diligence = 0.6, goodLuck = 0.8): Promise<void> {
  const there = agents.filter(({ connected }) => connected)
  const where = { machineId: { in: there.map(({ machineId }) => machineId) } }
  // Of no interest to any rule, and so no write after which all are checked.
  await pool.query('update "Machine" set "heardAt" = $1 where id = any($2)', [clock.now(), where.machineId.in])
  const [packages, units] = await Promise.all([db.desiredPackage.findMany({ where }), db.desiredUnit.findMany({ where })])
  const causes = { id: { in: units.flatMap((row) => row.causeRecordId ?? []) }, endedAt: { not: null } }
  const records = causes.id.in.length > 0 ? await db.deployRecord.findMany({ where: causes, select: { id: true } }) : []
  const ended = new Set(records.map(({ id }) => id))
  for (const agent of there) {
    const own = <Row extends { machineId: string }>(rows: readonly Row[]) => rows.filter(({ machineId }) => machineId === agent.machineId)
    agent.work({ packages: own(packages), units: own(units), ended }, diligence, goodLuck)
  }
}

/**
 * An agent as the hub sees it: it may answer at once, late, twice, wrongly or never; what it says is true. It keeps what it
 * has not had acknowledged, and is never asked for more than its rows tell it.
 */
export class ModelAgent {
  /** What really runs on this machine. */
  readonly units = new Map<string, Entry>()
  readonly cached = new Set<string>()
  /** Tasks for which this agent really did the work: the only ones that may succeed. */
  readonly confirmed = new Set<string>()
  /** `<unitId> <contentDigest>` of everything that was seen running here. */
  readonly ranOnce = new Set<string>()
  /** What it has begun since somebody last looked. */
  acts: Act[] = []
  connected = true
  private readonly unacknowledged: NewsItem[] = []
  private readonly answered = new Set<string>()
  private readonly taskSeq = new Map<string, number>()
  private seq = 0

  constructor(
    readonly machineId: string,
    private readonly random: Random,
  ) {}

  /** Works on a part of what it is told; the rest stays for later. */
  work({ packages, units, ended }: Told, diligence: number, goodLuck: number): void {
    for (const row of packages) {
      const key = `${row.causeTaskId} ${row.causeAttempt}`
      if (this.answered.has(key) || !this.random.chance(diligence)) continue
      this.answered.add(key)
      this.cached.add(row.digest)
      this.confirmed.add(row.causeTaskId)
      this.say({ package: { digest: row.digest, state: 'cached' } })
      this.done({ recordId: row.causeRecordId, taskId: row.causeTaskId, attempt: row.causeAttempt }, { ok: true })
    }
    for (const row of units) if (this.random.chance(diligence)) this.converge(row, goodLuck, ended.has(row.causeRecordId ?? ''))
  }

  private converge(row: DesiredUnit, goodLuck: number, recordEnded: boolean): void {
    const cause =
      row.causeRecordId && row.causeTaskId ? { recordId: row.causeRecordId, taskId: row.causeTaskId, attempt: row.causeAttempt ?? 1 } : null
    const key = `${cause?.taskId ?? row.unitId} ${cause?.attempt ?? 0} ${row.wanted}`
    if (this.answered.has(key)) return
    this.answered.add(key)
    if (row.wanted === 'as_is') {
      if (cause && !this.answered.has(`${cause.taskId} ${cause.attempt} running`)) this.done(cause, { ok: false, code: 'cancelled' })
      return
    }
    if (cause) this.acts.push({ row, recordEnded })
    if (row.wanted === 'absent') return this.remove(row, cause)
    const entry: Entry = { generation: row.generation, state: 'installed', contentDigest: row.contentDigest }
    this.units.set(row.unitId, entry)
    if (row.wanted === 'stopped') return this.finish(row, entry, 'stopped', cause)
    if (!this.random.chance(goodLuck)) return this.fail(row, entry, cause)
    this.finish(row, entry, this.random.chance(0.85) ? 'running' : 'installed', cause)
  }

  private finish(row: DesiredUnit, entry: Entry, state: Entry['state'], cause: Address | null): void {
    entry.state = state
    this.tell(row, entry)
    if (!cause) return
    this.confirmed.add(cause.taskId)
    this.log(cause, 'hook start ended with 0')
    this.done(cause, { ok: true })
  }

  private fail(row: DesiredUnit, entry: Entry, cause: Address | null): void {
    entry.state = 'error'
    this.tell(row, entry, 'hook_failed')
    if (cause) this.done(cause, { ok: false, code: 'hook_failed', message: 'install ended with exit code 1' })
  }

  private remove(row: DesiredUnit, cause: Address | null): void {
    const entry: Entry = { generation: row.generation, state: 'removed', contentDigest: null }
    this.units.delete(row.unitId)
    if (cause) {
      this.confirmed.add(cause.taskId)
      this.done(cause, { ok: true })
    }
    this.tell(row, entry)
  }

  /** A unit changes by itself: its check passes late, is lost, or it crashes. */
  drift(): void {
    const known = [...this.units].filter(([, entry]) => entry.state !== 'stopped')
    const found = this.random.pick(known)
    if (!found) return
    const [unitId, entry] = found
    entry.state = this.random.weighted([
      [6, 'running'],
      [2, 'installed'],
      [4, 'error'],
    ] as const)
    this.tell({ unitId }, entry, entry.state === 'error' ? 'crash_loop' : undefined)
  }

  /** Everything that was started comes up. */
  recover(): void {
    for (const [unitId, entry] of this.units) {
      if (entry.state !== 'installed') continue
      entry.state = 'running'
      this.tell({ unitId }, entry)
    }
  }

  private tell({ unitId }: { unitId: string }, entry: Entry, code?: string): void {
    if (entry.state === 'running') this.ranOnce.add(`${unitId} ${entry.contentDigest}`)
    this.say({
      unit: {
        unitId,
        generation: entry.generation,
        state: entry.state,
        transition: null,
        contentDigest: entry.contentDigest,
        releaseId: null,
        restarts: 0,
        at: clock.now().toISOString(),
        ...(code ? { code } : {}),
      },
    })
  }

  private log(address: Address, text: string): void {
    this.say({ callback: { ...address, seq: this.nextOf(address), log: [{ at: clock.now().toISOString(), stream: 'agent', text }] } })
  }

  private done(address: Address, done: { ok: boolean; code?: string; message?: string }): void {
    this.say({ callback: { ...address, seq: this.nextOf(address), done } })
  }

  private nextOf(address: Address): number {
    const key = `${address.taskId} ${address.attempt}`
    const next = (this.taskSeq.get(key) ?? 0) + 1
    this.taskSeq.set(key, next)
    return next
  }

  private say(body: Body<NewsItem>): void {
    this.unacknowledged.push({ seq: ++this.seq, ...body } as NewsItem)
  }

  /** Speaks about a task of another machine. */
  async lie(address: Address, done: { ok: boolean; code: string }): Promise<void> {
    this.say({ callback: { ...address, seq: 1, done } })
    await this.deliver(true)
  }

  /** Sends what is not acknowledged; sometimes only a part, sometimes again although it was. */
  async deliver(everything = false): Promise<void> {
    if (!this.connected || this.unacknowledged.length === 0) return
    const count = everything ? this.unacknowledged.length : 1 + this.random.int(this.unacknowledged.length)
    const acknowledged = await recordNews(this.machineId, this.unacknowledged.slice(0, count))
    if (!everything && this.random.chance(0.2)) return
    while (this.unacknowledged[0] && this.unacknowledged[0].seq <= acknowledged) this.unacknowledged.shift()
  }

  get waiting(): number {
    return this.unacknowledged.length
  }
}
