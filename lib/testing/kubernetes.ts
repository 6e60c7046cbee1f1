import { execFile, execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

/** A real Kubernetes that a test may use: with a node of its own, unless it is somebody's (TENGEN_TEST_KUBECONFIG). */
export interface TestKubernetes {
  readonly name: string
  readonly server: string
  /** Path of its administrator's kubeconfig. */
  readonly kubeconfig: string
  readonly isOurs: boolean
  /** Where its files lie, and its number; undefined where it is somebody’s. */
  readonly folder?: string
  readonly number?: number
}

interface Wishes {
  /** The control plane alone. */
  readonly isBare?: boolean
  readonly simulate?: number
}

const run = promisify(execFile)
const root = path.join(import.meta.dirname, '../..')
const script = path.join(root, 'scripts/cluster.mjs')

const ask = async (...words: readonly string[]): Promise<string> =>
  (await run(process.execPath, [script, ...words], { cwd: root, maxBuffer: 16 * 1024 * 1024 })).stdout

const wordsOf = (name: string, owner: number, { isBare = false, simulate = 0 }: Wishes): string[] => [
  ...['up', name, '--json', '--owner', String(owner)],
  ...(isBare ? ['--bare'] : []),
  ...(simulate ? ['--simulate', String(simulate)] : []),
]
const cardIn = (name: string, said: string): TestKubernetes => {
  const { server, kubeconfig, folder, number } = JSON.parse(said) as TestKubernetes
  return { name, server, kubeconfig, isOurs: true, ...(folder && number ? { folder, number } : {}) }
}

/** Brings one up that ends with this run, whatever becomes of it. */
export const bringUp = async (name: string, wishes: Wishes = {}): Promise<TestKubernetes> =>
  cardIn(name, await ask(...wordsOf(name, process.pid, wishes)))

/** The same of a run's own, while nothing else is done; one that is up is taken as it is. */
export const bringUpNow = (name: string, owner: number): TestKubernetes =>
  cardIn(name, execFileSync(process.execPath, [script, ...wordsOf(name, owner, {})], { cwd: root, encoding: 'utf8' }))

export const takeDown = (name: string): Promise<string> => ask('down', name, '--json')
export const dropAbandoned = (): Promise<string> => ask('sweep')

/** Nothing reaches it any more, until it is joined again. */
export const cutOff = ({ name }: TestKubernetes): Promise<string> => ask('cut', name)
export const rejoin = ({ name }: TestKubernetes): Promise<string> => ask('join', name)

/** Ends one of its programs at once: apiserver, etcd, controllers, scheduler, kubelet, containerd, dns, ingress. */
export const killProgram = ({ name }: TestKubernetes, program: string): Promise<string> => ask('kill', name, program)
export const startProgram = ({ name }: TestKubernetes, program: string): Promise<string> => ask('start', name, program)

/** What its API server shows has ended, or is good again. */
export const setCertificate = ({ name }: TestKubernetes, word: 'ended' | 'good'): Promise<string> => ask('certificate', name, word)

export const kubeconfigOf = ({ kubeconfig }: TestKubernetes): string => readFileSync(kubeconfig, 'utf8')

const programs = process.env.TENGEN_CLUSTER_PROGRAMS ?? path.join(os.homedir(), '.cache/tengen/bin')

const built = path.join(programs, 'kubectl')
/** Beside somebody's cluster there is somebody's program. */
const program = existsSync(built) ? built : 'kubectl'

/** Asks the cluster itself, past everything of ours. */
export async function kubectl({ kubeconfig }: TestKubernetes, ...args: readonly string[]): Promise<string> {
  return (await run(program, ['--kubeconfig', kubeconfig, ...args], { maxBuffer: 64 * 1024 * 1024 })).stdout
}

/** Makes an object as somebody else would. */
export async function applyObject(cluster: TestKubernetes, object: object, manager = 'somebody'): Promise<void> {
  const file = path.join(os.tmpdir(), `tengen-${process.pid}-${randomUUID()}.json`)
  await writeFile(file, JSON.stringify(object))
  await kubectl(cluster, 'apply', '-f', file, '--server-side', '--force-conflicts', `--field-manager=${manager}`).finally(() => rm(file))
}
