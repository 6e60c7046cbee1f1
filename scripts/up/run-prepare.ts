import { spawn } from 'node:child_process'
import path from 'node:path'
import { z } from 'zod'

const PreparedSchema = z.object({ applied: z.array(z.string()), tokens: z.record(z.string(), z.string()), link: z.string().nullable() })

export interface Orders {
  readonly migrate?: boolean
  /** Migrate only through these, for rows that are as old. */
  readonly upTo?: readonly string[]
  /** The database was just restored: new era, automation off. */
  readonly beginRestore?: boolean
  readonly seed?: boolean
  readonly join?: readonly { readonly runtimeName: string; readonly machineName: string }[]
  readonly link?: boolean
  /** A cluster for the demo: registered once, and granted to its organisations. */
  readonly cluster?: { readonly name: string; readonly kubeconfig: string }
  readonly setupLink?: 'first' | 'reset'
}

/** Runs dist/prepare.mjs and gives its answer. */
export async function runPrepare(
  root: string,
  env: Readonly<Record<string, string>>,
  orders: Orders,
): Promise<z.output<typeof PreparedSchema>> {
  const child = spawn(process.execPath, [path.join(root, 'dist/prepare.mjs')], {
    cwd: root,
    env: { ...env } as NodeJS.ProcessEnv,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => void (out += chunk))
  child.stderr.on('data', (chunk) => void (err += chunk))
  child.stdin.end(JSON.stringify({ root, ...orders }))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`The database could not be prepared:\n${err.trim() || out.trim()}`)
  return PreparedSchema.parse(JSON.parse(out.trim().split('\n').pop() ?? ''))
}
