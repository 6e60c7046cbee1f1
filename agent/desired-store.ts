import type { CommandEntry } from '@/lib/protocol/command'
import type { DesiredSet, PackageEntry, UnitEntry } from '@/lib/protocol/desired'
import type { InitOrder } from '@/lib/protocol/init'
import { readIfThere, writeDurably } from './durable'
import { taskKey } from './outbox'

type Stored = {
  era: number
  revision: number
  /** The hub was restored, or is behind us: until it sends a set above what we have, nothing is changed. */
  isFrozen: boolean
  entries: Record<string, UnitEntry>
  packages: PackageEntry[]
  /** Missing: stored by an agent that knew none. */
  commands?: CommandEntry[]
  init?: InitOrder
  secrets: Record<string, string>
}

export type Acceptance = 'accepted' | 'older' | 'wrong_machine' | 'too_late'

/** What the hub wants, on disk, so that the machine converges also while the hub is away. */
export class DesiredStore {
  private before: Promise<unknown> = Promise.resolve()
  /** What is in force is not on disk yet. */
  private isBehind = false

  private constructor(
    private readonly path: string,
    private stored: Stored,
  ) {}

  static async load(path: string): Promise<DesiredStore> {
    const text = await readIfThere(path)
    const empty: Stored = { era: 0, revision: 0, isFrozen: false, entries: {}, packages: [], secrets: {} }
    return new DesiredStore(path, text ? (JSON.parse(text) as Stored) : empty)
  }

  get current(): Readonly<Stored> {
    return this.stored
  }

  /** Compared at every welcome; see `Stored.isFrozen`. */
  meetHub = (era: number, revision: number): Promise<void> => this.inTurn(() => this.compare(era, revision))

  private async compare(era: number, revision: number): Promise<void> {
    const isNew = this.stored.era === 0 && this.stored.revision === 0
    const isFrozen = !isNew && (era !== this.stored.era || revision < this.stored.revision)
    if (isNew && era !== 0) await this.save({ ...this.stored, era })
    else if (isFrozen !== this.stored.isFrozen) await this.save({ ...this.stored, isFrozen })
  }

  /** The signature has been checked. Entries of an older generation are passed over one by one. */
  accept = (set: DesiredSet): Promise<Acceptance> => this.inTurn(() => this.take(set))

  private async take(set: DesiredSet): Promise<Acceptance> {
    const { stored } = this
    const isNewEra = set.era > stored.era && set.full
    if (!isNewEra && (set.era !== stored.era || set.revision < stored.revision)) return 'older'
    if (isNewEra && set.revision < stored.revision) return 'older'
    const entries = { ...stored.entries }
    for (const entry of set.entries) {
      const known = entries[entry.unitId]
      if (!known || entry.generation >= known.generation) entries[entry.unitId] = entry
    }
    const commands = set.full ? (set.commands ?? []) : mergedCommands(stored.commands ?? [], set.commands ?? [])
    const packages = set.full ? set.packages : mergedPackages(stored.packages, set.packages)
    const secrets = keptSecrets({ ...stored.secrets, ...set.secrets }, entries)
    const init = set.init ?? (set.full ? undefined : stored.init)
    const next: Stored = {
      era: set.era,
      revision: set.revision,
      isFrozen: false,
      entries,
      packages,
      commands,
      secrets,
      ...(init ? { init } : {}),
    }
    if (isOnlyCommands(set, stored)) this.hold(next)
    else await this.save(next)
    return 'accepted'
  }

  /** What has been said to have ended is not kept. */
  forgetCommands(isOver: (command: CommandEntry) => boolean): Promise<void> {
    return this.inTurn(async () => {
      const commands = this.stored.commands ?? []
      const open = commands.filter((command) => !isOver(command))
      if (this.isBehind || open.length < commands.length) await this.save({ ...this.stored, commands: open })
    })
  }

  /** Before it ends, and now and then. */
  keep = (): Promise<void> => this.inTurn(async () => void (this.isBehind && (await this.save(this.stored))))

  /** Each change begins with what the one before it has left on the disk: none is lost. */
  private inTurn<T>(change: () => Promise<T>): Promise<T> {
    const mine = this.before.then(change)
    this.before = mine.catch(() => undefined)
    return mine
  }

  private async save(next: Stored): Promise<void> {
    const text = JSON.stringify(next)
    // Who connects anew is told everything again, and mostly knows it.
    if (this.isBehind || text !== JSON.stringify(this.stored)) await writeDurably(this.path, text)
    this.stored = next
    this.isBehind = false
  }

  private hold(next: Stored): void {
    this.stored = next
    this.isBehind = true
  }
}

/**
 * Such a set is written a little later, when it is often over. An agent that dies before is told it again, for the hub tells of a
 * command until it has heard how it ended; that it was begun is on disk before it begins.
 */
const isOnlyCommands = (set: DesiredSet, { isFrozen }: Stored): boolean =>
  !set.full &&
  !isFrozen &&
  set.entries.length + set.packages.length + Object.keys(set.secrets).length === 0 &&
  !set.init &&
  (set.commands ?? []).every(({ agent, copy }) => !agent && !copy)

function mergedPackages(known: PackageEntry[], more: PackageEntry[]): PackageEntry[] {
  // Two records may wait for one package; each wants its own answer.
  const keyOf = ({ digest, cause }: PackageEntry) => `${digest} ${cause ? `${cause.recordId}/${cause.taskId}` : ''}`
  return [...new Map([...known, ...more].map((entry) => [keyOf(entry), entry])).values()]
}

/** A later word about a command replaces the earlier one. */
function mergedCommands(known: CommandEntry[], more: CommandEntry[]): CommandEntry[] {
  return [...new Map([...known, ...more].map((entry) => [taskKey(entry.cause), entry])).values()]
}

/** Values that no entry names any more are forgotten. */
function keptSecrets(secrets: Record<string, string>, entries: Record<string, UnitEntry>): Record<string, string> {
  const text = JSON.stringify(Object.values(entries))
  return Object.fromEntries(Object.entries(secrets).filter(([reference]) => text.includes(`⟦secret:${reference}⟧`)))
}
