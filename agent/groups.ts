import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AgentFailure, errorCodeOf } from './failure'
import { findGroups } from './find-groups'
import { type GroupTree, keeperGroup, pidsIn, removeGroup, type Size, type Usage } from './group-tree'
import { pause } from './pace'
import { markOf, signalProcess, treeOf } from './procfs'
import { say } from './unit-context'

/** More processes and threads than any service has that is not out of hand. */
const mostPids = 4096
const mib = 1024 * 1024

type Grouped = { unitId: string; generation: number; group: string | null; content: { resources: Size } | null }

/** Holds units to their size, where the machine lets us; `whyNot` says why nothing is held. */
export class Groups {
  onLost: () => void = () => undefined

  private constructor(
    private tree: GroupTree | undefined,
    private reason: string | undefined,
  ) {}

  static find(home: string): Groups {
    const found = findGroups(home)
    return 'tree' in found ? new Groups(found.tree, undefined) : new Groups(undefined, found.whyNot)
  }

  get by(): GroupTree['by'] | 'none' {
    return this.tree?.by ?? 'none'
  }

  get whyNot(): string | undefined {
    return this.reason
  }

  /** The group for what of this unit is about to start; undefined = it is started without one. */
  enterFor(record: Grouped): ((pid: number) => void) | undefined {
    const { unitId, generation, content } = record
    if (!content) return undefined
    const name = `${unitId}-${generation}`
    this.make(name, content.resources)
    if (!this.tree) return undefined
    record.group = name
    return (pid) => this.enter(name, pid)
  }

  /** Takes up what runs already, also when an agent without groups has started it. */
  adopt(record: Grouped, pid: number): void {
    this.enterFor(record)?.(pid)
    this.hold(record)
  }

  /** Its start is over: from here on it gets the CPU that it has. */
  hold({ group, content }: Grouped): void {
    if (!group || !content) return
    const { cpuMillis } = content.resources
    this.attempt((tree) => {
      tree.setWeight(group, cpuMillis)
      tree.setCpu(group, cpuMillis)
    })
  }

  /**
   * Memory and processes are bounded from the first moment. While a program starts it weighs as much as one without a size, so that a
   * small one is up as soon as a large one, also beside units that are busy; `hold` then binds it.
   */
  private make(name: string, size: Size): void {
    this.attempt((tree) => {
      tree.make(name)
      tree.setPids(name, mostPids)
      tree.setMemory(name, size.memoryMib)
      tree.setWeight(name, 0)
      tree.setCpu(name, 0)
    })
  }

  /** Also what it has started meanwhile: whatever they start from here on is inside. */
  private enter(name: string, pid: number): void {
    this.attempt((tree) => {
      for (const one of treeOf(pid)) for (const folder of tree.folders(name)) writeFileSync(join(folder, 'cgroup.procs'), String(one))
    })
  }

  /** Another size for what runs. Never below what it has now: that would be a kill, and was not asked for. */
  resize({ group }: Grouped, size: Size): void {
    const { tree } = this
    const used = this.usage(group)
    if (!tree || !group || !used) return
    if (size.memoryMib > 0 && used.memoryBytes > size.memoryMib * mib) throw tooSmall(used.memoryBytes, size)
    try {
      tree.setMemory(group, size.memoryMib)
    } catch {
      throw tooSmall(used.memoryBytes, size)
    }
    tree.setWeight(group, size.cpuMillis)
    tree.setCpu(group, size.cpuMillis)
  }

  /** Undefined where there is no such group. */
  usage(name: string | null): Usage | undefined {
    return this.look((tree) => (name ? tree.usage(name) : undefined))
  }

  kills(name: string | null): number {
    return this.look((tree) => (name ? tree.kills(name) : 0)) ?? 0
  }

  /** Ends whatever is left in it. */
  async end(record: Grouped): Promise<void> {
    const name = record.group
    record.group = null
    if (name) await this.endNamed(name)
  }

  /** For taking a whole machine down: also what keeps the scope of systemd, which goes with it. */
  async endAll(): Promise<void> {
    for (const name of this.look((tree) => tree.names()) ?? []) await this.endNamed(name)
    await this.endNamed(keeperGroup)
  }

  private async endNamed(name: string): Promise<void> {
    const { tree } = this
    if (!tree) return
    for (let waitMs = 5; waitMs < 500; waitMs *= 2) {
      for (const pid of pidsIn(tree, name)) {
        const mark = markOf(pid)
        if (mark) signalProcess(mark, 'SIGKILL')
      }
      if (removeGroup(tree, name)) return
      await pause(waitMs)
    }
  }

  /** Groups that an agent before us left, once nothing is in them. */
  forgetAllBut(names: ReadonlySet<string>): void {
    const { tree } = this
    for (const name of this.look((one) => one.names()) ?? []) if (tree && !names.has(name)) removeGroup(tree, name)
  }

  private look<T>(find: (tree: GroupTree) => T): T | undefined {
    try {
      return this.tree && find(this.tree)
    } catch {
      return undefined
    }
  }

  /** A unit that runs without limits is better than none, as long as nobody believes that it has some. */
  private attempt(act: (tree: GroupTree) => void): void {
    if (!this.tree) return
    try {
      act(this.tree)
    } catch (error) {
      const code = errorCodeOf(error)
      if (code === 'ESRCH') return
      const says = error instanceof Error ? error.message : String(error)
      if (sizeCodes.includes(code ?? '')) throw new AgentFailure('size_refused', `The machine refuses this size: ${says}.`)
      this.tree = undefined
      this.reason = `Groups of processes could be made and no longer can: ${says}.`
      say(this.reason)
      this.onLost()
    }
  }
}

/** They are about this one size; with any other the groups themselves are of no use any more. */
const sizeCodes = ['EBUSY', 'EINVAL', 'ERANGE']

const tooSmall = (bytes: number, { memoryMib }: Size): AgentFailure =>
  new AgentFailure('size_too_small', `It uses ${Math.ceil(bytes / mib)} MiB now; ${memoryMib} MiB would end it. Nothing was changed.`)
