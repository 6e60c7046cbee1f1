import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'

const CardSchema = z.object({ name: z.string(), address: z.string(), kubeconfig: z.string() })
export type DemoCluster = z.infer<typeof CardSchema>

const run = promisify(execFile)

/** A real cluster with a node and an ingress controller; the one that is there, or a new one. It outlives the demo: `npm run cluster down demo`. */
export async function bringUpDemoCluster(root: string): Promise<DemoCluster> {
  const args = [path.join(root, 'scripts/cluster.mjs'), 'up', 'demo', '--json']
  const { stdout } = await run(process.execPath, args, { cwd: root, maxBuffer: 16 * 1024 * 1024 })
  return CardSchema.parse(JSON.parse(stdout))
}
