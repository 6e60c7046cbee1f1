import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { env } from '@/lib/env'
import { architectures, executableHead, joinScript } from './join-script'

/** A file that is handed to machines as it lies on disk. */
export interface KitFile {
  readonly path: string
  readonly sizeBytes: number
  readonly sha256: string
}

/** A script with agent and Node behind it, which are read when it is asked for. */
export interface Executable {
  readonly head: string
  readonly parts: readonly KitFile[]
  readonly sizeBytes: number
  readonly sha256: string
}

/** All that a machine needs to join. Nothing of it is secret. */
export interface JoinKit {
  readonly script: { readonly text: string; readonly sha256: string }
  readonly agent: KitFile
  /** Node for machines without one, by architecture. */
  readonly nodes: Readonly<Record<string, KitFile>>
  /** All of it in one file, by architecture. */
  readonly executables: Readonly<Record<string, Executable>>
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
  const whole = await Promise.all(
    Object.entries(nodes).map(async ([name, node]) => [name, await executableOf(text, name, agent, node)] as const),
  )
  return { script: { text, sha256: sha256Of(text) }, agent, nodes, executables: Object.fromEntries(whole) }
}

async function executableOf(script: string, architecture: string, agent: KitFile, node: KitFile): Promise<Executable> {
  const head = executableHead(script, { architecture, agentBytes: agent.sizeBytes, nodeBytes: node.sizeBytes })
  const whole = { head, parts: [agent, node] }
  const hash = createHash('sha256')
  await pipeline(readExecutable(whole), hash)
  return { ...whole, sizeBytes: Buffer.byteLength(head) + agent.sizeBytes + node.sizeBytes, sha256: hash.digest('hex') }
}

/** As it goes over the wire, piece by piece. */
export async function* readExecutable({ head, parts }: Pick<Executable, 'head' | 'parts'>): AsyncGenerator<Buffer> {
  yield Buffer.from(head)
  for (const { path, sizeBytes } of parts) yield* createReadStream(path, { end: sizeBytes - 1, highWaterMark: 1 << 18 })
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
