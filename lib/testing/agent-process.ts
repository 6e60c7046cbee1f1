import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Groups } from '@/agent/groups'
import { packEntries } from '@/lib/package-format/pack-folder'
import type { UnitContent, UnitEntry } from '@/lib/protocol/desired'
import type { AgentHub } from './agent-hub'
import { buildAgentInto, programs } from './programs'

/** The agent as it is shipped: one bundled file. */
export const agentBundle = async (): Promise<string> => (await programs()).agent

/** The same of another version. */
export const buildAgent = (version: string): Promise<string> => buildAgentInto(mkdtempSync(join(tmpdir(), 'tengen-agent-')), version)

export interface AgentSettings {
  /** Makes its home's disk; missing = the one that everything else lies on. */
  readonly prepareHome?: (home: string) => void
  /** Read at every start. */
  readonly env?: () => Readonly<Record<string, string>>
}

/** A real agent in a folder of its own. */
export class AgentProcess {
  private child: ChildProcess | undefined
  output = ''
  /** Another than this tree's, as after an installation. */
  file: string | undefined

  constructor(
    readonly home: string,
    private readonly pace = 4,
    private readonly settings: AgentSettings = {},
  ) {}

  static inNewHome(pace?: number, settings: AgentSettings = {}): AgentProcess {
    const home = mkdtempSync(join(tmpdir(), 'tengen-home-'))
    settings.prepareHome?.(home)
    chmodSync(home, 0o755)
    return new AgentProcess(home, pace, settings)
  }

  async start(...args: string[]): Promise<void> {
    const child = spawn(process.execPath, [this.file ?? (await agentBundle()), '--home', this.home, ...args], {
      env: { NODE_ENV: 'test', PATH: process.env.PATH, TENGEN_PACE: String(this.pace), ...this.settings.env?.() },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child = child
    child.once('exit', (code, signal) => (this.output += `exited with ${code ?? signal}\n`))
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (this.output += text))
  }

  async join(hub: AgentHub): Promise<void> {
    await this.start('--join', hub.joinToken(), '--address', '127.0.0.1')
    await hub.until(`the machine to join (${this.output})`, () =>
      [...hub.machines.values()].some(({ inventories }) => inventories.length > 0),
    )
  }

  /** As a crash: nothing is tidied up. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return
    this.child.kill(signal)
    await once(this.child, 'exit')
  }

  /** Another agent on a copy of this one's disk. */
  copy(): AgentProcess {
    const copied = AgentProcess.inNewHome(this.pace)
    cpSync(this.home, copied.home, { recursive: true, verbatimSymlinks: true })
    return copied
  }

  /** Freezes or thaws it; a frozen agent is cut off from its hub, and its units go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child?.kill(signal)
  }

  get exitCode(): number | null | undefined {
    return this.child?.exitCode
  }

  read(...path: string[]): string {
    return readFileSync(join(this.home, ...path), 'utf8')
  }

  has(...path: string[]): boolean {
    return existsSync(join(this.home, ...path))
  }

  /** Ends the agent and every process of these units, and removes the folder. */
  async destroy(unitIds: string[] = []): Promise<void> {
    await this.kill()
    for (const unitId of unitIds) killUnit(unitId)
    await Groups.find(this.home).endAll()
    await this.removeHome()
  }

  /** What was just killed may still be writing: what it leaves behind is looked for again each time, which `maxRetries` does not. */
  private async removeHome(tries = 100): Promise<void> {
    try {
      rmSync(this.home, { recursive: true, force: true })
    } catch (error) {
      if (tries === 0) throw error
      await sleep(50)
      await this.removeHome(tries - 1)
    }
  }
}

function killUnit(unitId: string): void {
  for (const pid of pidsOfUnit(unitId)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Already gone.
    }
  }
}

export function pidsOfUnit(unitId: string): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`TENGEN_UNIT_ID=${unitId}`)
    } catch {
      return false
    }
  })
}

/** Publishes a package of a few scripts and answers content that runs it. Programs are shell scripts: they start in a millisecond. */
export async function publishScripts(hub: AgentHub, scripts: Record<string, string>, version = '1.0.0'): Promise<UnitContent['package']> {
  const entries = Object.entries(scripts).map(([path, text]) => ({
    kind: 'file' as const,
    path,
    executable: true,
    bytes: Buffer.from(`#!/bin/sh\n${text}\n`),
  }))
  return { name: 'demo', version, ...hub.publish(await packEntries(entries)) }
}

let units = 0

export function nextUnitId(): string {
  units += 1
  return `unit-${process.pid}-${units}`
}

export function buildContent(change: Partial<UnitContent> & Pick<UnitContent, 'package'>): UnitContent {
  return {
    organization: 'acme',
    application: 'shop',
    applicationUser: 'acme-shop',
    service: 'demo',
    ordinal: 0,
    release: { id: 'release-1', number: 1, version: '1.0.0' },
    component: 'main',
    ports: {},
    address: '127.0.0.1',
    files: [],
    config: {},
    apply: {},
    env: {},
    process: null,
    hooks: {},
    check: null,
    resources: { cpuMillis: 0, memoryMib: 0, diskMib: 0 },
    data: [],
    ...change,
  }
}

let tasks = 0

export function nextTask(): { recordId: string; taskId: string; attempt: number } {
  tasks += 1
  return { recordId: 'record-1', taskId: `task-${process.pid}-${tasks}`, attempt: 1 }
}

export function buildEntry(unitId: string, content: UnitContent | null, change: Partial<UnitEntry> = {}): UnitEntry {
  return {
    kind: 'unit',
    unitId,
    unit: 'demo/0',
    generation: 1,
    wanted: 'running',
    cause: nextTask(),
    check: null,
    restartToken: null,
    keepData: false,
    content,
    relations: null,
    ...change,
  }
}
