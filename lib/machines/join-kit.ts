import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { env } from '@/lib/env'
import { architectures, joinScript } from './join-script'

/** A file that is handed to machines as it lies on disk. */
export interface KitFile {
  readonly path: string
  readonly sizeBytes: number
  readonly sha256: string
}

/** All that a machine needs to join. Nothing of it is secret. */
export interface JoinKit {
  readonly script: { readonly text: string; readonly sha256: string }
  readonly agent: KitFile
  /** Node for machines without one, by architecture. */
  readonly nodes: Readonly<Record<string, KitFile>>
}

let known: Promise<JoinKit> | undefined

/** Read once a process; undefined while there is no agent to hand out, which is looked at again. */
export async function findJoinKit(): Promise<JoinKit | undefined> {
  known ??= makeKit()
  try {
    return await known
  } catch (error) {
    known = undefined
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}

async function makeKit(): Promise<JoinKit> {
  const { AGENT_FILE, TENGEN_HOME } = env()
  const agent = await kitFile(AGENT_FILE)
  const found = await Promise.all(architectures.map(async (name) => [name, await findNode(`${TENGEN_HOME}/nodes`, name)] as const))
  const nodes = Object.fromEntries(found.flatMap(([name, file]) => (file ? [[name, file] as const] : [])))
  const text = joinScript({
    agentSha256: agent.sha256,
    nodeSha256: Object.fromEntries(Object.entries(nodes).map(([name, { sha256 }]) => [name, sha256])),
  })
  return { script: { text, sha256: sha256Of(text) }, agent, nodes }
}

/** What the operator laid there; else, for machines like this one, the Node that runs the hub. */
async function findNode(folder: string, architecture: string): Promise<KitFile | undefined> {
  const given = await kitFile(`${folder}/node-linux-${architecture}`).catch(() => undefined)
  if (given) return given
  return process.platform === 'linux' && process.arch === architecture ? kitFile(process.execPath) : undefined
}

async function kitFile(path: string): Promise<KitFile> {
  const { size } = await stat(path)
  // A hundred MB in one piece would stay in memory.
  if (size < 20_000_000) return { path, sizeBytes: size, sha256: sha256Of(await readFile(path)) }
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return { path, sizeBytes: size, sha256: hash.digest('hex') }
}

const sha256Of = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex')
