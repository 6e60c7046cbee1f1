import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import { endProcess, isAlive, markOf, type ProcessMark } from './process-mark'

export interface Program {
  readonly name: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** How long it may take to end when asked. */
  readonly patienceMs: number
}

export interface ChildOptions {
  readonly logs: string
  /** Something happened that people should read. */
  readonly say: (line: string) => void
  /** The process changed: the state file is written anew. */
  readonly onChange: () => void
}

const firstDelayMs = 250
const longestDelayMs = 15_000
/** A process that lived this long was well: the next restart is quick again. */
const wellAfterMs = 60_000
const maxLogBytes = 16 << 20

/** One process of ours, started again when it dies, a little later each time. */
export class Child {
  mark: ProcessMark | undefined
  private process: ChildProcess | undefined
  private delayMs = firstDelayMs
  private startedAt = 0
  private isStopping = false
  private timer: NodeJS.Timeout | undefined

  constructor(
    readonly program: Program,
    private readonly options: ChildOptions,
  ) {}

  get log(): string {
    return path.join(this.options.logs, `${this.program.name}.log`)
  }

  start(): void {
    if (this.isStopping) return
    const { args, env, cwd } = this.program
    if (existsSync(this.log) && statSync(this.log).size > maxLogBytes) renameSync(this.log, `${this.log}.1`)
    const out = openSync(this.log, 'a', 0o640)
    this.startedAt = Date.now()
    // A group of its own: Ctrl-C in the terminal reaches only us, and we end the others in order.
    this.process = spawn(process.execPath, args, { cwd, env: { ...env } as NodeJS.ProcessEnv, stdio: ['ignore', out, out], detached: true })
    closeSync(out)
    this.process.once('exit', (code, signal) => this.ended(signal ? `was ended by ${signal}` : `ended with code ${code}`))
    // No process at all (none to be had, no memory): nothing exits, and it is tried again all the same.
    this.process.once('error', (error) => this.ended(`could not be started (${error.message})`))
    if (this.process.pid) this.mark = markOf(this.process.pid)
    this.options.onChange()
  }

  private ended(how: string): void {
    this.mark = undefined
    if (this.isStopping) return
    if (Date.now() - this.startedAt > wellAfterMs) this.delayMs = firstDelayMs
    this.options.say(`${this.program.name} ${how}; starting it again in ${this.delayMs / 1_000} s (${this.log})`)
    this.timer = setTimeout(() => this.start(), this.delayMs)
    this.delayMs = Math.min(this.delayMs * 2, longestDelayMs)
    this.options.onChange()
  }

  isRunning(): boolean {
    return this.mark !== undefined && isAlive(this.mark)
  }

  async stop(): Promise<void> {
    this.isStopping = true
    clearTimeout(this.timer)
    if (this.mark) await endProcess(this.mark, this.program.patienceMs)
    this.mark = undefined
  }
}
