import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CpuGroup, usedMsOf } from '@/bench/cpu-group'
import { buildHub } from '@/lib/testing/programs'
import { gatewayThreads } from '@/scripts/up/gateway-threads'

const root = path.join(import.meta.dirname, '../..')
/** In the checkout, so that the programs find their packages. */
const folder = path.join(root, 'dist', `bench-${process.pid}`)

export const removePrograms = (): void => rmSync(folder, { recursive: true, force: true })

/** From the sources of this moment. */
export const buildPrograms = (): Promise<unknown> => buildHub(folder)

export type ProgramName = 'gateway' | 'workers' | 'observers'

export interface ProgramOptions {
  readonly env: Readonly<Record<string, string>>
  readonly group: CpuGroup
  /** A folder for a CPU profile of this program, written when it ends. */
  readonly profile?: string | undefined
}

const imported = (code: string): [string, string] => ['--import', `data:text/javascript,${encodeURIComponent(code)}`]

/** Rubbish is collected when it is asked to by a signal, so that memory can be told from it. */
const collector = ['--expose-gc', ...imported("process.on('SIGUSR2', () => { gc(); gc() })")]

/** A CPU profile begins with one signal and is written with the next; one that began with the program, with its first. */
const profiler = (file: string): [string, string] =>
  imported(`
    import { Session } from 'node:inspector/promises'
    import { writeFileSync } from 'node:fs'
    const session = new Session()
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: 500 })
    await session.post('Profiler.start')
    let isOn = true
    process.on('SIGHUP', async () => {
      if (isOn) writeFileSync(${JSON.stringify(file)}, JSON.stringify((await session.post('Profiler.stop')).profile))
      else await session.post('Profiler.start')
      isOn = !isOn
    })`)

/** A process of the hub, as it is shipped. */
export class Program {
  output = ''
  /** It begins so. */
  private isProfiled = true

  private constructor(
    private readonly child: ChildProcess,
    private readonly profile: string | undefined,
  ) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (this.output = `${this.output}${text}`.slice(-20_000)))
  }

  static start(name: ProgramName, { env, group, profile }: ProgramOptions): Program {
    const flags = profile ? profiler(path.join(profile, `${name}.cpuprofile`)) : []
    const [command, args] = group.wrap([process.execPath, '--enable-source-maps', ...collector, ...flags, path.join(folder, `${name}.mjs`)])
    const threads = name === 'gateway' ? gatewayThreads : {}
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...threads, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    return new Program(child, profile && path.join(profile, `${name}.cpuprofile`))
  }

  /** Nothing without `--profile`. */
  async beginProfile(): Promise<void> {
    if (!this.profile || this.isProfiled) return
    this.child.kill('SIGHUP')
    this.isProfiled = true
    await sleep(2_000)
  }

  /** What it did since, in a file of that name. */
  async endProfile(name: string): Promise<void> {
    if (!this.profile || !this.isProfiled) return
    this.child.kill('SIGHUP')
    this.isProfiled = false
    await sleep(2_000)
    renameSync(this.profile, this.profile.replace(/(\w+)\.cpuprofile$/, `${name}-$1.cpuprofile`))
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

  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await once(this.child, 'exit')
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    await this.endProfile('last')
    const late = setTimeout(() => this.child.kill('SIGKILL'), 15_000)
    this.child.kill('SIGTERM')
    await once(this.child, 'exit')
    clearTimeout(late)
  }
}
