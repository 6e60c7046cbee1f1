import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import { agentProgram, hubPrograms } from '@/scripts/build.mjs'

/** Files of this tree's programs, bundled as they are shipped. */
export interface Programs {
  readonly gateway: string
  readonly workers: string
  readonly observers: string
  readonly agent: string
}

const root = path.join(import.meta.dirname, '../..')
/** In the checkout, so that packages are found. */
const folder = path.join(root, 'dist', `testing-${process.pid}`)
const shape = { absWorkingDir: root, bundle: true, platform: 'node', target: 'node20', format: 'esm', logLevel: 'error' } as const
const outExtension = { '.js': '.mjs' }

/** Gateway, worker and observer, from the sources of this moment. */
export async function buildHub(outdir: string): Promise<Omit<Programs, 'agent'>> {
  mkdirSync(outdir, { recursive: true })
  await build({ ...shape, ...hubPrograms(), outdir, outExtension, sourcemap: true })
  const fileOf = (name: string) => path.join(outdir, `${name}.mjs`)
  return { gateway: fileOf('gateway'), workers: fileOf('workers'), observers: fileOf('observers') }
}

/** The agent as one file, in a folder that every account may enter. */
export async function buildAgentInto(outdir: string, version?: string): Promise<string> {
  await build({ ...agentProgram(version), ...shape, outdir, outExtension })
  chmodSync(outdir, 0o755)
  return path.join(outdir, 'agent.mjs')
}

async function buildAll(): Promise<Programs> {
  process.once('exit', removePrograms)
  const [hub, agent] = await Promise.all([buildHub(folder), buildAgentInto(path.join(folder, 'agent'))])
  return { ...hub, agent }
}

let built: Promise<Programs> | undefined

/** Built by this process, once. */
export const ownPrograms = (): Promise<Programs> => (built ??= buildAll())

/** Those that were built for this test run; who runs without one builds its own. */
export const programs = async (): Promise<Programs> =>
  (process.env.VITEST ? (await import('vitest')).inject('programs') : undefined) ?? ownPrograms()

export function removePrograms(): void {
  rmSync(folder, { recursive: true, force: true })
}
