import { access, constants } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { shellVariable } from '@/lib/env'
import { runBounded } from './run-bounded'

export interface Helm {
  readonly file: string
  /** Without the v: `3.20.0`. */
  readonly version: string
}

const oldest = [3, 13]

/** Where it is looked for: as the operator says, else in PATH, else where the programs of test clusters are built. */
function places(given: string | undefined): string[] {
  if (given) return [given]
  const inPath = (shellVariable('PATH') ?? '').split(path.delimiter).filter(path.isAbsolute)
  return [...inPath, path.join(os.homedir(), '.cache/tengen/bin')].map((folder) => path.join(folder, 'helm'))
}

const isProgram = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  )

/** The Helm program of this host and its version, or why there is none that could be used. */
export async function findHelm(given?: string): Promise<Helm | { readonly whyNot: string }> {
  for (const file of places(given)) {
    if (!(await isProgram(file))) continue
    const { code, stdout } = await runBounded(file, ['version', '--template', '{{.Version}}'], { timeoutMs: 5_000, mostBytes: 10_000 })
    const version = /^v?(\d+)\.(\d+)(\.\S*)?$/.exec(stdout.trim())
    if (code !== 0 || !version) return { whyNot: `${file} does not say which version it is.` }
    const [major, minor] = [Number(version[1]), Number(version[2])]
    if (major !== oldest[0] || minor < Number(oldest[1]))
      return { whyNot: `${file} is Helm ${major}.${minor}; charts are rendered by Helm 3, from 3.13 on.` }
    return { file, version: stdout.trim().replace(/^v/, '') }
  }
  return {
    whyNot: given
      ? `There is no program at ${given} (TENGEN_HELM).`
      : 'This hub has no Helm program: put helm into its PATH, or name it by TENGEN_HELM.',
  }
}
