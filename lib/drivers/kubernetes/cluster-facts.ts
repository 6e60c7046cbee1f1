import type { KubernetesClient } from './client'
import { isNotFound, KubernetesError } from './errors'
import type { KubernetesList, KubernetesObject } from './objects'
import { cpuMillis, mebibytes, quantity } from './quantity'

/** What is kept of a node. */
export interface NodeFacts {
  readonly name: string
  readonly isReady: boolean
  /** Why it is not ready, or takes nothing new; null = nothing to say. */
  readonly reason: string | null
  readonly isCordoned: boolean
  readonly version: string
  readonly system: string
  readonly architecture: string
  readonly zone: string | null
  readonly cpuMillis: number
  readonly memoryMib: number
  readonly pods: number
}

export interface ClassFacts {
  readonly name: string
  /** Who carries it out. */
  readonly by: string
  readonly isDefault: boolean
}

interface Node extends KubernetesObject {
  readonly spec?: { readonly unschedulable?: boolean }
  readonly status?: {
    readonly allocatable?: Readonly<Record<string, string>>
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string }[]
    readonly nodeInfo?: { readonly kubeletVersion?: string; readonly osImage?: string; readonly architecture?: string }
  }
}

export function nodeFacts(object: KubernetesObject): NodeFacts {
  const { metadata, spec, status } = object as Node
  const ready = status?.conditions?.find((condition) => condition.type === 'Ready')
  const isReady = ready?.status === 'True'
  return {
    name: metadata.name,
    isReady,
    reason: isReady ? null : (ready?.message ?? ready?.reason ?? null),
    isCordoned: spec?.unschedulable === true,
    version: status?.nodeInfo?.kubeletVersion ?? '',
    system: status?.nodeInfo?.osImage ?? '',
    architecture: status?.nodeInfo?.architecture ?? '',
    zone: metadata.labels?.['topology.kubernetes.io/zone'] ?? null,
    cpuMillis: cpuMillis(status?.allocatable?.cpu),
    memoryMib: mebibytes(status?.allocatable?.memory),
    pods: Math.round(quantity(status?.allocatable?.pods)),
  }
}

const defaultOf = (prefix: string, { metadata }: KubernetesObject): boolean =>
  metadata.annotations?.[`${prefix}.kubernetes.io/is-default-class`] === 'true'

export const storageClassFacts = (object: KubernetesObject): ClassFacts => ({
  name: object.metadata.name,
  by: String(object.provisioner ?? ''),
  isDefault: defaultOf('storageclass', object),
})

export const ingressClassFacts = (object: KubernetesObject): ClassFacts => ({
  name: object.metadata.name,
  by: String((object.spec as { controller?: string } | undefined)?.controller ?? ''),
  isDefault: defaultOf('ingressclass', object),
})

interface ApiGroups {
  readonly groups?: readonly { readonly versions?: readonly { readonly groupVersion: string }[] }[]
}

/** Versions of its API that the cluster serves, in order. */
export async function readApis(client: KubernetesClient): Promise<string[]> {
  const { groups = [] } = await client.get<ApiGroups>('/apis')
  return ['v1', ...groups.flatMap(({ versions = [] }) => versions.map((one) => one.groupVersion))].sort()
}

export interface NodeUsage {
  readonly name: string
  readonly cpuMillis: number
  readonly memoryMib: number
}

interface NodeMetrics extends KubernetesObject {
  readonly usage?: Readonly<Record<string, string>>
}

const hasNoMetrics = (error: unknown): boolean =>
  isNotFound(error) || (error instanceof KubernetesError && [403, 503].includes(error.status))

/** What nodes use now; null where the cluster measures nothing, or does not let the hub see it. */
export async function readUsage(client: KubernetesClient): Promise<NodeUsage[] | null> {
  try {
    const { items = [] } = await client.get<KubernetesList<NodeMetrics>>('/apis/metrics.k8s.io/v1beta1/nodes')
    return items.map(({ metadata, usage }) => ({
      name: metadata.name,
      cpuMillis: cpuMillis(usage?.cpu),
      memoryMib: mebibytes(usage?.memory),
    }))
  } catch (error) {
    if (hasNoMetrics(error)) return null
    throw error
  }
}

interface PodMetrics extends KubernetesObject {
  readonly containers?: readonly { readonly usage?: Readonly<Record<string, string>> }[]
}

/** The same of the pods of a namespace. */
export async function readPodUsage(client: KubernetesClient, namespace: string): Promise<NodeUsage[] | null> {
  try {
    const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${encodeURIComponent(namespace)}/pods`
    const { items = [] } = await client.get<KubernetesList<PodMetrics>>(path)
    const sum = (pod: PodMetrics, of: (usage: Readonly<Record<string, string>>) => number) =>
      (pod.containers ?? []).reduce((total, { usage = {} }) => total + of(usage), 0)
    return items.map((pod) => ({
      name: pod.metadata.name,
      cpuMillis: sum(pod, (usage) => cpuMillis(usage.cpu)),
      memoryMib: sum(pod, (usage) => mebibytes(usage.memory)),
    }))
  } catch (error) {
    if (hasNoMetrics(error)) return null
    throw error
  }
}
