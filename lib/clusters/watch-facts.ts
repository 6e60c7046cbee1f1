import { setTimeout as sleep } from 'node:timers/promises'
import type { KubernetesClient } from '@/lib/drivers/kubernetes/client'
import {
  type ClassFacts,
  ingressClassFacts,
  type NodeFacts,
  nodeFacts,
  readApis,
  readUsage,
  storageClassFacts,
} from '@/lib/drivers/kubernetes/cluster-facts'
import { follow } from '@/lib/drivers/kubernetes/follow'
import { ownSelector } from '@/lib/drivers/kubernetes/namespace-objects'
import { type KubernetesObject, pathOf, type ResourceType, types } from '@/lib/drivers/kubernetes/objects'
import { pace } from '@/lib/pace'
import type { ClusterFacts } from './cluster-facts-views'
import { saveFacts } from './save-facts'

/** What an observer sees of a cluster; a list that never came is missing. */
export interface Seen {
  nodes?: readonly NodeFacts[]
  storageClasses?: readonly ClassFacts[]
  ingressClasses?: readonly ClassFacts[]
  usage?: ClusterFacts['usage']
  apis?: readonly string[]
  /** Namespaces of this hub that are there and not being deleted. */
  namespaces?: ReadonlySet<string>
}

const byName = <T extends { readonly name: string }>(all: ReadonlyMap<string, T>): T[] =>
  [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1))

interface Watching {
  readonly clusterId: string
  readonly hubLabel: string
  readonly client: KubernetesClient
  readonly seen: Seen
  readonly signal: AbortSignal
}

/** Keeps `seen` up to date by watches and writes what changed, many changes at once. Ends with its signal. */
export async function watchFacts(watching: Watching): Promise<void> {
  const { client, seen, signal, hubLabel } = watching
  const writer = makeWriter(watching)
  const one = <T>(type: ResourceType, pick: (object: KubernetesObject) => T, tell: (all: ReadonlyMap<string, T>) => void, query = {}) =>
    follow(client, { path: pathOf(type), query, pick, tell, pauseMs: pace('clusterRest'), signal })
  const facts = <T extends { readonly name: string }>(
    type: ResourceType,
    pick: (object: KubernetesObject) => T,
    keep: (list: T[]) => void,
  ) =>
    one(type, pick, (all) => {
      keep(byName(all))
      writer.wake()
    })
  await Promise.all([
    facts(types.node, nodeFacts, (list) => void (seen.nodes = list)),
    facts(types.storageClass, storageClassFacts, (list) => void (seen.storageClasses = list)),
    facts(types.ingressClass, ingressClassFacts, (list) => void (seen.ingressClasses = list)),
    one(
      types.namespace,
      ({ metadata }) => metadata.deletionTimestamp === undefined,
      (all) => void (seen.namespaces = new Set([...all].flatMap(([name, isThere]) => (isThere ? [name] : [])))),
      { labelSelector: ownSelector(hubLabel) },
    ),
    measure(watching, writer),
  ])
  await writer.end()
}

/** There is no watch for what is measured, nor for what is served. */
async function measure({ client, seen, signal }: Watching, writer: { wake(): void }): Promise<void> {
  while (!signal.aborted) {
    seen.usage = await readUsage(client).catch(() => null)
    seen.apis = await readApis(client).catch(() => seen.apis ?? [])
    writer.wake()
    await sleep(pace('clusterUsage'), undefined, { signal }).catch(() => {})
  }
}

/** The first change is written soon, and those that come meanwhile together with it. */
function makeWriter({ clusterId, seen }: Watching) {
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  const write = () => {
    timer = undefined
    // Half a picture would look like a loss.
    const { nodes, storageClasses, ingressClasses, usage = null, apis = [] } = seen
    if (!nodes || !storageClasses || !ingressClasses) return
    const classes = { storageClasses: [...storageClasses], ingressClasses: [...ingressClasses] }
    const facts: ClusterFacts = { nodes: [...nodes], ...classes, usage, apis: [...apis] }
    writing = writing.then(() => saveFacts(clusterId, facts)).catch(() => {})
  }
  return {
    wake: () => void (timer ??= setTimeout(write, pace('clusterFacts'))),
    async end() {
      clearTimeout(timer)
      await writing
    },
  }
}
