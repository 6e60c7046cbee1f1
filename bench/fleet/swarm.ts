import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { usedMsOf } from '@/bench/cpu-group'
import type { EmulatedPlace, Tally } from './emulated-agent'
import type { ToEmulator } from './emulator'

const root = path.join(import.meta.dirname, '../..')

/** Thousands of agents in a few processes. */
export class Swarm {
  private constructor(
    private readonly children: readonly ChildProcess[],
    private readonly folder: string,
  ) {}

  static async start(processes: number, heartbeatMs: number): Promise<Swarm> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-emulator-'))
    const outfile = path.join(folder, 'emulator.mjs')
    const banner = { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" }
    await build({
      entryPoints: [path.join(root, 'bench/fleet/emulator.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      tsconfig: path.join(root, 'tsconfig.json'),
      banner,
      logLevel: 'error',
    })
    const env = { PATH: process.env.PATH, NODE_ENV: 'production' } as const
    const children = Array.from({ length: processes }, () => fork(outfile, [String(heartbeatMs)], { env }))
    return new Swarm(children, folder)
  }

  /** These knock, each at one of the processes, and stay. */
  join(places: readonly EmulatedPlace[]): void {
    const share = Math.ceil(places.length / this.children.length)
    for (const [i, child] of this.children.entries()) tell(child, { type: 'join', places: places.slice(i * share, (i + 1) * share) })
  }

  usedMs(): number {
    return this.children.reduce((total, { pid }) => total + (pid ? usedMsOf(pid) : 0), 0)
  }

  /** Of all processes together. */
  async tally(): Promise<Tally> {
    const all = await Promise.all(
      this.children.map(async (child) => {
        tell(child, { type: 'ask' })
        return ((await once(child, 'message')) as [Tally])[0]
      }),
    )
    const sum = (pick: (tally: Tally) => number) => all.reduce((total, one) => total + pick(one), 0)
    return {
      connected: sum((one) => one.connected),
      begun: sum((one) => one.begun),
      refused: all.find((one) => one.refused)?.refused,
    }
  }

  stop(): void {
    for (const child of this.children) if (child.exitCode === null) tell(child, { type: 'stop' })
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const tell = (child: ChildProcess, message: ToEmulator): void => void child.send(message)
