import type { KubernetesObject } from './objects'
import { type ControllerKind, nameLabel, subsetLabel } from './workload-content'

/** What is kept of what makes pods. */
export interface ControllerFacts {
  readonly kind: ControllerKind
  readonly namespace: string
  readonly name: string
  readonly generation: number
  readonly observedGeneration: number
  readonly desired: number
  readonly total: number
  readonly updated: number
  readonly ready: number
  readonly available: number
  /** Of a Deployment the number of its newest ReplicaSet; of the others what its newest pods carry. */
  readonly revision: string
  /** It says itself that it does not move any more: its own words. */
  readonly stuck: string | null
}

/** Of what is looked at for nothing but who has a hand on it. */
export const nameFacts = ({ metadata: { namespace = '', name } }: KubernetesObject): { namespace: string; name: string } => ({
  namespace,
  name,
})

export interface ReplicaSetFacts {
  readonly namespace: string
  readonly name: string
  /** Who made it: `Deployment/web-stable`. */
  readonly owner: string
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
  readonly owner: string
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
  if (kind === 'DaemonSet') return daemonSetFacts(object, status)
  if (kind === 'Job') return jobFacts(object, spec, status)
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

const daemonRevision = 'deprecated.daemonset.template.generation'

const daemonSetFacts = ({ metadata }: KubernetesObject, status: Tree): ControllerFacts => ({
  kind: 'DaemonSet',
  namespace: metadata.namespace ?? '',
  name: metadata.name,
  generation: number(metadata.generation),
  observedGeneration: number(status.observedGeneration),
  desired: number(status.desiredNumberScheduled),
  total: number(status.currentNumberScheduled),
  updated: number(status.updatedNumberScheduled),
  ready: number(status.numberReady),
  available: number(status.numberAvailable),
  revision: metadata.annotations?.[daemonRevision] ?? '',
  stuck: null,
})

/** `available` once it came to its good end: then nothing of it is awaited any more. */
function jobFacts({ metadata }: KubernetesObject, spec: Tree, status: Tree): ControllerFacts {
  const has = (type: string) => conditionsOf(status).find((one) => one.type === type && one.status === 'True')
  const failed = has('Failed')
  const desired = number(spec.completions) || number(spec.parallelism) || 1
  const done = has('Complete') ? desired : Math.min(number(status.succeeded), desired)
  return {
    kind: 'Job',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    generation: number(metadata.generation),
    observedGeneration: number(metadata.generation),
    desired,
    total: number(status.active),
    updated: done,
    ready: number(status.ready),
    available: has('Complete') ? desired : 0,
    revision: '',
    stuck: failed ? (failed.message ?? failed.reason ?? 'It failed.') : null,
  }
}

function ownerOf({ metadata }: KubernetesObject): string {
  const owners = (metadata.ownerReferences ?? []) as readonly { kind: string; name: string; controller?: boolean }[]
  const owner = owners.find((one) => one.controller) ?? owners[0]
  return owner ? `${owner.kind}/${owner.name}` : ''
}

export function replicaSetFacts(object: KubernetesObject): ReplicaSetFacts {
  const { metadata, status } = object
  const failed = conditionsOf(tree(status)).find((one) => one.type === 'ReplicaFailure' && one.status === 'True')
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    owner: ownerOf(object),
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
    owner: ownerOf(object),
    serviceName: labels[nameLabel] ?? '',
    subset: labels[subsetLabel] ?? '',
    hash: labels['pod-template-hash'] ?? labels['pod-template-generation'] ?? labels['controller-revision-hash'] ?? '',
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

/** It is on its way out, or has ended by itself. */
export const isEnding = ({ isLeaving, phase }: PodFacts): boolean => isLeaving || phase === 'Failed' || phase === 'Succeeded'

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
  readonly namespace: string
  readonly name: string
  readonly addresses: readonly string[]
}

export function ingressFacts({ metadata, status }: KubernetesObject): IngressFacts {
  const { loadBalancer } = (status ?? {}) as { loadBalancer?: { ingress?: readonly { ip?: string; hostname?: string }[] } }
  const addresses = (loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []).sort()
  return { namespace: metadata.namespace ?? '', name: metadata.name, addresses }
}
