import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Result, ratioOf } from '@/bench/report'
import { Missing, needPrograms } from '@/bench/requirements'
import type { Settings } from '@/bench/settings'
import type { ClusterAccess } from '@/lib/drivers/kubernetes/access'
import { ApplySet } from '@/lib/drivers/kubernetes/apply-set'
import { KubernetesClient } from '@/lib/drivers/kubernetes/client'
import { accessOf } from '@/lib/drivers/kubernetes/kubeconfig'
import { fieldManager, type KubernetesObject, pathOf } from '@/lib/drivers/kubernetes/objects'
import { ResourceTypes } from '@/lib/drivers/kubernetes/resource-types'
import { bringUp, dropAbandoned, kubeconfigOf, kubectl, takeDown } from '@/lib/testing/kubernetes'

const clusters = 10
const objectsOfCluster = 100
const objects = clusters * objectsOfCluster
const latencyMs = 15
/** As lib/drivers/kubernetes/apply-set.ts has it. */
const atOnce = 8
/** An observer runs for weeks: its connections are there, and its code is compiled. */
const warmUps = 5
/** kubectl's own limits. */
const limited = { perSecond: 50, burst: 100 }
const namespace = 'bench'
const settingsOfClient = {
  allowed: ['127.0.0.0/8', '10.0.0.0/8'],
  inFlight: 16,
  timeoutMs: 30_000,
  connectMs: 10_000,
  restMs: 1_000,
  mostRestMs: 10_000,
}
const configMaps = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespaced: true } as const

type Row = Record<string, number>

/** A thousand objects into ten clusters that take 15 ms to answer, and into a real API server. */
export async function apply(settings: Settings): Promise<Result> {
  needPrograms('apply', { openssl: 'openssl' })
  const rounds: Record<string, Row[]> = {}
  const keep = (name: string, row: Row) => (rounds[name] ??= []).push(row)
  await withStubs(async (clients) => {
    const play = (text: string) => timeOf(() => Promise.all(clients.map((client) => applyAll(client, configs(objectsOfCluster, text)))))
    for (let round = 0; round < warmUps; round++) await play(`before ${round}`)
    // Not between the others: an observer that works does not come from an idle machine.
    for (let round = 0; round < settings.rounds; round++) keep('one request alone', { ms: await timeAlone(clients[0] as KubernetesClient) })
    for (let round = -warmUps; round < settings.rounds; round++) {
      const ms = await play(`${round}`)
      if (round >= 0) keep('Tengen, ten clusters', { ms })
    }
    if (!settings.alone) keep('a client of 50 requests a second', { ms: await timeOf(() => applyLimited(clients)) })
  })
  if (!process.env.ONLY_STUB)
    await withRealCluster(async (client) => {
      for (let round = 0; round <= settings.rounds; round++) {
        const ms = await timeOf(() => applyAll(client, configs(objects, `${round}a`)))
        const bare = await timeOf(() => patchAll(client, configs(objects, `${round}b`, 'bare')))
        if (round === 0) continue
        keep('Tengen, a real API server', { ms })
        keep('bare requests, a real API server', { ms: bare })
      }
    })
  return resultOf(settings, rounds)
}

const configs = (count: number, text: string, prefix = 'set'): KubernetesObject[] =>
  Array.from({ length: count }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${prefix}-${i}` },
    data: { text, more: 'x'.repeat(500) },
  }))

const owner = { hubId: 'bench', applicationId: 'bench', serviceId: 'bench', namespace }
const sets = new WeakMap<KubernetesClient, ApplySet>()

/** As the observer makes objects; which kinds a cluster knows is asked once. */
async function applyAll(client: KubernetesClient, list: readonly KubernetesObject[]): Promise<void> {
  const set = sets.get(client) ?? new ApplySet(client, new ResourceTypes(client), owner)
  sets.set(client, set)
  const done = await set.apply(list)
  const bad = done.find(({ outcome }) => outcome.kind !== 'applied')
  if (bad || done.length !== list.length) throw new Error(`Not applied: ${JSON.stringify(bad ?? done.length)}`)
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

/** What a server's answer takes when nothing else goes on: its latency as a client sees it. The median of some, one after the other. */
async function timeAlone(client: KubernetesClient): Promise<number> {
  const [one] = configs(1, 'once', 'alone')
  const times: number[] = []
  for (let i = 0; i < 15; i++) times.push(await timeOf(() => patch(client, one as KubernetesObject)))
  return times.sort((a, b) => a - b)[7] as number
}

const patch = (client: KubernetesClient, object: KubernetesObject): Promise<unknown> =>
  client.patch(pathOf(configMaps, namespace, object.metadata.name), object, {
    contentType: 'application/apply-patch+yaml',
    query: { fieldManager, force: true },
  })

/** As many requests, as many at once, and nothing else. */
async function patchAll(client: KubernetesClient, list: readonly KubernetesObject[]): Promise<void> {
  let next = 0
  const hand = async () => {
    for (let at = next++; at < list.length; at = next++) await patch(client, list[at] as KubernetesObject)
  }
  await Promise.all(Array.from({ length: atOnce }, hand))
}

/** Every object with one request, at the pace that kubectl allows itself. */
async function applyLimited(clients: readonly KubernetesClient[]): Promise<void> {
  const began = performance.now()
  const list = clients.flatMap((client) => configs(objectsOfCluster, 'limited').map((object) => ({ client, object })))
  await Promise.all(
    list.map(async ({ client, object }, at) => {
      const dueMs = (Math.max(0, at - limited.burst) / limited.perSecond) * 1_000
      await sleep(Math.max(0, began + dueMs - performance.now()))
      await patch(client, object)
    }),
  )
}

async function withStubs(use: (clients: readonly KubernetesClient[]) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-bench-'))
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2', '-keyout', `${folder}/key.pem`, '-out', `${folder}/cert.pem`]
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=stub', ...names],
    {
      stdio: 'ignore',
    },
  )
  const { child, ports } = await startStubs(folder)
  const authority = readFileSync(`${folder}/cert.pem`, 'utf8')
  const clients = ports.map((port) =>
    clientOf({ server: `https://127.0.0.1:${port}`, authority, serverName: null, credential: { kind: 'token', token: 'bench' } }),
  )
  try {
    await use(clients)
  } finally {
    for (const client of clients) client.close()
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

const clientOf = (access: ClusterAccess): KubernetesClient => new KubernetesClient(access, settingsOfClient)

async function startStubs(folder: string): Promise<{ child: ChildProcess; ports: number[] }> {
  const args = ['--import', 'tsx', path.join(import.meta.dirname, 'stub-api-server.ts'), folder, String(clusters), String(latencyMs)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => [undefined])])) as [Buffer | undefined]
  if (!line) throw new Error('The stubs of API servers did not start.')
  return { child, ports: JSON.parse(line.toString()) as number[] }
}

async function withRealCluster(use: (client: KubernetesClient) => Promise<void>): Promise<void> {
  const name = `bench-${process.pid}`
  await dropAbandoned()
  const cluster = await bringUp(name, { isBare: true }).catch((error: Error) => {
    throw new Missing(`apply needs a cluster, and there is none: ${error.message}`)
  })
  const client = clientOf(accessOf(kubeconfigOf(cluster)))
  try {
    await kubectl(cluster, 'create', 'namespace', namespace)
    await use(client)
  } finally {
    client.close()
    await takeDown(name)
  }
}

function resultOf(settings: Settings, rounds: Record<string, Row[]>): Result {
  const times = (name: string) => (rounds[name] ?? []).map(({ ms }) => ms ?? Number.NaN)
  const ideal = (latency: number) => (latency * objects) / (clusters * atOnce)
  const mine = times('Tengen, ten clusters')
  const alone = times('one request alone')
  const [slow] = times('a client of 50 requests a second')
  const bare = times('bare requests, a real API server')
  return {
    bench: 'apply',
    method: [
      `${objects} ConfigMaps by server-side apply, as the observer does it: whose they are is asked first, ${atOnce} at once in a cluster. Into ${clusters} servers that answer after ${latencyMs} ms, and into one real API server, where as many bare requests go at the same parallelism.`,
      `The limited client sends one request an object, ${limited.burst} at once and then ${limited.perSecond} a second, as kubectl does.`,
    ],
    settings: { clusters, objects, latencyMs, atOnce, rounds: settings.rounds },
    rounds,
    ratios: [
      ...(slow === undefined
        ? []
        : [
            ratioOf(
              'a client of 50 requests a second ÷ Tengen',
              mine.map((ms) => slow / ms),
              { atLeast: 10 },
            ),
          ]),
      ratioOf(
        'Tengen ÷ (latency × objects ÷ parallelism)',
        mine.map((ms, i) => ms / ideal(alone[i] ?? Number.NaN)),
        { atMost: 1.3 },
      ),
      ratioOf(
        'Tengen ÷ bare requests, a real API server',
        times('Tengen, a real API server').map((ms, i) => ms / (bare[i] ?? Number.NaN)),
        { atMost: 1.3 },
      ),
    ],
    notes: [
      `The least that ${atOnce} at once in each cluster can take: ${ideal(latencyMs).toFixed(0)} ms. Latency is what one request takes while nothing else goes on: the server's ${latencyMs} ms, and both ends of TLS.`,
    ],
  }
}
