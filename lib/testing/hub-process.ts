import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { type Programs, programs } from './programs'

const root = path.join(import.meta.dirname, '../..')

/** A process of the hub that can be killed and started again. */
export class HubProcess {
  private child: ChildProcess | undefined
  output = ''

  constructor(
    private readonly program: keyof Programs,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  async start(): Promise<void> {
    const child = spawn(process.execPath, [(await programs())[this.program]], {
      cwd: root,
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child = child
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (this.output = `${this.output}${text}`.slice(-20_000)))
  }

  /** Whether it lives, and what it said last. */
  report(): string {
    return `${this.program} ${this.child?.exitCode ?? this.child?.signalCode ?? 'runs'}: ${this.output.slice(-2000)}`
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return
    this.child.kill(signal)
    await once(this.child, 'exit')
  }
}
