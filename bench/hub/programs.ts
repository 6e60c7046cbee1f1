import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CpuGroup, usedMsOf } from '@/bench/cpu-group'
import { buildHub } from '@/lib/testing/programs'

const root = path.join(import.meta.dirname, '../..')
/** In the checkout, so that the programs find their packages. */
const folder = path.join(root, 'dist', `bench-${process.pid}`)

export const removePrograms = (): void => rmSync(folder, { recursive: true, force: true })

/** From the sources of this moment. */
export const buildPrograms = (): Promise<unknown> => buildHub(folder)

export interface ProgramOptions {
  readonly env: Readonly<Record<string, string>>
  readonly group: CpuGroup
  /** A folder for a CPU profile of this program, written when it ends. */
  readonly profile?: string | undefined
}

/** Rubbish is collected when it is asked to by a signal, so that memory can be told from it. */
const collector = ['--expose-gc', '--import', `data:text/javascript,process.on('SIGUSR2',()=>{gc();gc()})`]

/** A process of the hub, as it is shipped. */
export class Program {
  output = ''

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (this.output = `${this.output}${text}`.slice(-20_000)))
  }

  static start(name: 'gateway' | 'workers', { env, group, profile }: ProgramOptions): Program {
    const flags = profile
      ? ['--cpu-prof', '--cpu-prof-interval=500', `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${name}.cpuprofile`]
      : []
    const [command, args] = group.wrap([process.execPath, '--enable-source-maps', ...collector, ...flags, path.join(folder, `${name}.mjs`)])
    return new Program(spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] }))
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  /** Milliseconds of CPU of this process alone. */
  usedMs(): number {
    return usedMsOf(this.pid)
  }

  /** Without its rubbish. */
  async residentKib(): Promise<number> {
    for (let times = 0; times < 3; times++) {
      this.child.kill('SIGUSR2')
      await sleep(700)
    }
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1] ?? Number.NaN)
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const late = setTimeout(() => this.child.kill('SIGKILL'), 15_000)
    this.child.kill('SIGTERM')
    await once(this.child, 'exit')
    clearTimeout(late)
  }
}
