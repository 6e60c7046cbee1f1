import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { AgentProcess } from '@/lib/testing/agent-process'
import { Link } from '@/lib/testing/link'
import { Random } from '@/lib/testing/model/random'
import { Stack } from '@/lib/testing/stack'
import { startTestCluster, type TestCluster } from '@/lib/testing/test-cluster'

const diskMib = 48

/** A machine of the rig: a real agent on a disk of its own, behind a wire of its own. */
export interface Machine {
  readonly name: string
  readonly agent: AgentProcess
  readonly link: Link
  readonly clock: { offsetMs: number }
  /** The disk can be filled and made read-only. */
  readonly hasDisk: boolean
  /** What a person mends on it once the experiment is over. */
  readonly mends: (() => void)[]
}

/** The whole product but its pages, all of it real and all of it killable. */
export class Rig {
  readonly machines = new Map<string, Machine>()

  private constructor(
    readonly stack: Stack,
    readonly cluster: TestCluster,
    private readonly endCluster: () => void,
    readonly clockFile: string,
  ) {}

  static async start(names: readonly string[], pace: number): Promise<Rig> {
    const { cluster, end } = await startTestCluster()
    const stack = await Stack.start({ cluster, pace, machines: [] })
    const clockFile = path.join(path.dirname(cluster.dir), 'shift-clock.mjs')
    writeFileSync(clockFile, shiftClock)
    const rig = new Rig(stack, cluster, end, clockFile)
    try {
      await rig.fill(names)
      return rig
    } catch (error) {
      await rig.stop()
      throw error
    }
  }

  private async fill(names: readonly string[]): Promise<void> {
    const { stack } = this
    await stack.publish('chaos/package')
    for (const name of names) await this.addMachine(name)
    await stack.until('all machines to be ready', async () => {
      const ready = await stack.database.db.machine.count({ where: { state: 'ready', connected: true, cpuMillis: { gt: 0 } } })
      return ready === names.length
    })
  }

  private async addMachine(name: string): Promise<void> {
    const link = await Link.start(Number(new URL(this.stack.url).port), new Random(name.charCodeAt(1)))
    const clock = { offsetMs: 0 }
    let hasDisk = false
    const agent = await this.stack.addAgent(name, {
      hubUrl: link.url,
      prepareHome: (home) => void (hasDisk = mountDisk(home)),
      env: (): Record<string, string> => {
        if (clock.offsetMs === 0) return {}
        return { NODE_OPTIONS: `--import file://${this.clockFile}`, CLOCK_OFFSET_MS: String(clock.offsetMs) }
      },
    })
    this.machines.set(name, { name, agent, link, clock, hasDisk, mends: [] })
  }

  machine(name: string): Machine {
    const found = this.machines.get(name)
    if (!found) throw new Error(`The rig has no machine ${name}.`)
    return found
  }

  async stop(): Promise<void> {
    for (const { link } of this.machines.values()) link.heal()
    const units = await this.stack.database.db.unit.findMany({ select: { id: true } }).catch(() => [])
    for (const { agent, link, hasDisk } of this.machines.values()) {
      link.close()
      await agent.kill()
      if (hasDisk) rmSync(filler(agent.home), { force: true })
      await agent.destroy(units.map((unit) => unit.id)).catch(() => undefined)
      if (hasDisk) unmountDisk(agent.home)
    }
    await this.stack.stop().catch(() => undefined)
    this.endCluster()
  }
}

/** The clock of an agent alone: what it calls now is off, its timers are not. */
const shiftClock = `const off = Number(process.env.CLOCK_OFFSET_MS)
const Real = Date
globalThis.Date = class Date extends Real {
  constructor(...args) { args.length === 0 ? super(Real.now() + off) : super(...args) }
  static now() { return Real.now() + off }
}
`

export const filler = (home: string): string => path.join(home, 'filler')

/** A disk of its own, where we may mount one. */
function mountDisk(home: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMib}m,mode=0755`, 'tengen-chaos', home], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function unmountDisk(home: string): void {
  execFileSync('umount', ['-l', home], { stdio: 'ignore' })
  if (existsSync(home)) rmSync(home, { recursive: true, force: true })
}
