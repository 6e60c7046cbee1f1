import type { KubernetesObject } from './objects'
import { nameLabel, subsetLabel } from './workload-content'

/** What is kept of a Deployment or StatefulSet. */
export interface ControllerFacts {
  readonly kind: 'Deployment' | 'StatefulSet'
  readonly namespace: string
  readonly name: string
  readonly generation: number
  readonly observedGeneration: number
  readonly desired: number
  readonly total: number
  readonly updated: number
  readonly ready: number
  readonly available: number
  /** Of a Deployment the number of its newest ReplicaSet; of a StatefulSet the hash of its newest pods. */
  readonly revision: string
  /** It says itself that it does not move any more: its own words. */
  readonly stuck: string | null
}

export interface ReplicaSetFacts {
  readonly namespace: string
  readonly name: string
  readonly revision: string
  readonly hash: string
  /** Why it can make no pods. */
  readonly trouble: string | null
}

export interface ContainerFacts {
  readonly name: string
  readonly isReady: boolean
  readonly restarts: number
  readonly waiting: { readonly reason: string; readonly message: string } | null
  readonly last: { readonly reason: string; readonly exitCode: number | null; readonly at: string | null } | null
}

export interface PodFacts {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  readonly serviceName: string
  readonly subset: string
  /** Of the ReplicaSet, or of the revision of a StatefulSet, that made it. */
  readonly hash: string
  readonly phase: string
  readonly isReady: boolean
  readonly isLeaving: boolean
  readonly node: string | null
  readonly address: string | null
  readonly image: string
  readonly startedAt: string | null
  readonly containers: readonly ContainerFacts[]
  /** Why no node takes it. */
  readonly unschedulable: string | null
}

/** Something that the cluster warns of. */
export interface EventFacts {
  readonly namespace: string
  readonly kind: string
  readonly name: string
  readonly reason: string
  readonly message: string
  readonly at: string
  readonly count: number
}

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

type Tree = Readonly<Record<string, unknown>>
const tree = (value: unknown): Tree => (typeof value === 'object' && value !== null ? (value as Tree) : {})
const conditionsOf = (status: Tree): readonly Condition[] => (status.conditions ?? []) as readonly Condition[]
const number = (value: unknown): number => (typeof value === 'number' ? value : 0)
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

const revisionNote = 'deployment.kubernetes.io/revision'

export function controllerFacts(object: KubernetesObject): ControllerFacts {
  const { metadata, kind } = object
  const [spec, status] = [tree(object.spec), tree(object.status)]
  const stuck = conditionsOf(status).find((one) => one.type === 'Progressing' && one.reason === 'ProgressDeadlineExceeded')
  return {
    kind: kind === 'StatefulSet' ? 'StatefulSet' : 'Deployment',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    generation: number(metadata.generation),
    observedGeneration: number(status.observedGeneration),
    desired: number(spec.replicas),
    total: number(status.replicas),
    updated: number(status.updatedReplicas),
    ready: number(status.readyReplicas),
    available: number(status.availableReplicas),
    revision: kind === 'StatefulSet' ? text(status.updateRevision) : (metadata.annotations?.[revisionNote] ?? ''),
    stuck: stuck?.message ?? null,
  }
}

export function replicaSetFacts({ metadata, status }: KubernetesObject): ReplicaSetFacts {
  const failed = conditionsOf(tree(status)).find((one) => one.type === 'ReplicaFailure' && one.status === 'True')
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    revision: metadata.annotations?.[revisionNote] ?? '',
    hash: metadata.labels?.['pod-template-hash'] ?? '',
    trouble: failed ? (failed.message ?? failed.reason ?? 'No pod can be made.') : null,
  }
}

export function podFacts(object: KubernetesObject): PodFacts {
  const { metadata } = object
  const [spec, status] = [tree(object.spec), tree(object.status)]
  const labels = metadata.labels ?? {}
  const [first] = (spec.containers ?? []) as readonly { image?: string }[]
  const conditions = conditionsOf(status)
  const scheduled = conditions.find((one) => one.type === 'PodScheduled' && one.status === 'False')
  return {
    uid: metadata.uid ?? '',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    serviceName: labels[nameLabel] ?? '',
    subset: labels[subsetLabel] ?? '',
    hash: labels['pod-template-hash'] ?? labels['controller-revision-hash'] ?? '',
    phase: text(status.phase),
    isReady: conditions.some((one) => one.type === 'Ready' && one.status === 'True'),
    isLeaving: metadata.deletionTimestamp !== undefined,
    node: textOrNull(spec.nodeName),
    address: textOrNull(status.podIP),
    image: first?.image ?? '',
    startedAt: textOrNull(status.startTime),
    containers: ((status.containerStatuses ?? []) as readonly Tree[]).map(containerFacts),
    unschedulable: scheduled ? (scheduled.message ?? scheduled.reason ?? 'No node takes it.') : null,
  }
}

function containerFacts(status: Tree): ContainerFacts {
  const [state, last] = [tree(status.state), tree(status.lastState)]
  const waiting = state.waiting ? tree(state.waiting) : null
  const ended = state.terminated ?? last.terminated
  const terminated = ended ? tree(ended) : null
  return {
    name: text(status.name),
    isReady: status.ready === true,
    restarts: number(status.restartCount),
    waiting: waiting && { reason: text(waiting.reason), message: text(waiting.message).slice(0, 1000) },
    last: terminated && {
      reason: text(terminated.reason),
      exitCode: typeof terminated.exitCode === 'number' ? terminated.exitCode : null,
      at: textOrNull(terminated.finishedAt),
    },
  }
}

export function eventFacts(object: KubernetesObject): EventFacts {
  const about = tree(object.involvedObject)
  const series = tree(object.series)
  return {
    namespace: object.metadata.namespace ?? '',
    kind: text(about.kind),
    name: text(about.name),
    reason: text(object.reason),
    message: text(object.message).slice(0, 1000),
    at: text(object.lastTimestamp) || text(series.lastObservedTime) || text(object.eventTime) || text(object.metadata.creationTimestamp),
    count: number(object.count) || number(series.count) || 1,
  }
}

/** What is kept of an Ingress: where it can be reached. */
export interface IngressFacts {
  readonly addresses: readonly string[]
}

export function ingressFacts({ status }: KubernetesObject): IngressFacts {
  const { loadBalancer } = (status ?? {}) as { loadBalancer?: { ingress?: readonly { ip?: string; hostname?: string }[] } }
  return { addresses: (loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []).sort() }
}
