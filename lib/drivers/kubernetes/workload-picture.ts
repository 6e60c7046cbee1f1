import type { KubernetesClient } from './client'
import { follow } from './follow'
import { ownSelector } from './namespace-objects'
import { type KubernetesObject, pathOf, type ResourceType, types } from './objects'
import {
  type ControllerFacts,
  controllerFacts,
  type EventFacts,
  eventFacts,
  type IngressFacts,
  ingressFacts,
  type PodFacts,
  podFacts,
  type ReplicaSetFacts,
  replicaSetFacts,
} from './workload-facts'

/** Which placement is looked for. */
export interface SightOf {
  readonly namespace: string
  readonly service: string
  readonly subset: string
}

/** All that is seen of one placement. */
export interface Sight {
  readonly controller: ControllerFacts | undefined
  readonly replicaSets: readonly ReplicaSetFacts[]
  readonly pods: readonly PodFacts[]
  readonly events: readonly EventFacts[]
}

interface Watching {
  readonly client: KubernetesClient
  readonly hubLabel: string
  readonly pauseMs: number
  readonly signal: AbortSignal
}

type All<T> = ReadonlyMap<string, T>

/** What the hub's services look like in one cluster, kept up to date by watches: never asked for object by object. */
export class WorkloadPicture {
  private deployments?: All<ControllerFacts>
  private statefulSets?: All<ControllerFacts>
  private daemonSets?: All<ControllerFacts>
  private jobs?: All<ControllerFacts>
  private replicaSets?: All<ReplicaSetFacts>
  private pods?: All<PodFacts>
  private events?: All<EventFacts>
  private ingresses?: All<IngressFacts>
  private podsAt: ReadonlyMap<string, readonly PodFacts[]> | undefined

  constructor(private readonly changed: () => void) {}

  /** Whether everything was listed once: half a picture would look like a loss. */
  get isWhole(): boolean {
    const kinds = [
      this.deployments,
      this.statefulSets,
      this.daemonSets,
      this.jobs,
      this.replicaSets,
      this.pods,
      this.events,
      this.ingresses,
    ]
    return kinds.every(Boolean)
  }

  /** Ends with its signal. */
  async watch({ client, hubLabel, pauseMs, signal }: Watching): Promise<void> {
    const own = { labelSelector: ownSelector(hubLabel) }
    const one = <T>(type: ResourceType, query: object, pick: (object: KubernetesObject) => T, keep: (all: All<T>) => void) => {
      const tell = (all: All<T>) => {
        keep(all)
        this.changed()
      }
      return follow(client, { path: pathOf(type), query: { ...query }, pick, tell, pauseMs, signal })
    }
    await Promise.all([
      one(types.deployment, own, controllerFacts, (all) => void (this.deployments = all)),
      one(types.statefulSet, own, controllerFacts, (all) => void (this.statefulSets = all)),
      one(types.daemonSet, own, controllerFacts, (all) => void (this.daemonSets = all)),
      one(types.job, own, controllerFacts, (all) => void (this.jobs = all)),
      one(types.replicaSet, own, replicaSetFacts, (all) => void (this.replicaSets = all)),
      one(types.pod, own, podFacts, (all) => {
        this.pods = all
        this.podsAt = undefined
      }),
      one(types.ingress, own, ingressFacts, (all) => void (this.ingresses = all)),
      one(types.event, { fieldSelector: 'type=Warning' }, eventFacts, (all) => void (this.events = all)),
    ])
  }

  /** Where a route is reached, as its controller says; nothing = it has said nothing yet. */
  addressesOf(namespace: string, name: string): readonly string[] {
    return this.ingresses?.get(`${namespace}/${name}`)?.addresses ?? []
  }

  allPods(): readonly PodFacts[] {
    return [...(this.pods?.values() ?? [])]
  }

  sightOf({ namespace, service, subset }: SightOf): Sight {
    const name = `${service}-${subset}`
    const key = `${namespace}/${name}`
    const isAbout = (one: { namespace: string; name: string }) =>
      one.namespace === namespace && (one.name === name || one.name.startsWith(`${name}-`))
    return {
      controller: this.deployments?.get(key) ?? this.statefulSets?.get(key),
      replicaSets: [...(this.replicaSets?.values() ?? [])].filter(isAbout),
      pods: this.groupedPods().get(`${namespace}/${service}/${subset}`) ?? [],
      events: [...(this.events?.values() ?? [])].filter(isAbout),
    }
  }

  /** One sight for each that is followed. Pods that nobody of them made are the first one's: they are not forgotten. */
  sightsOf(of: SightOf, followed: readonly Pick<ControllerFacts, 'kind' | 'name'>[]): Sight[] {
    const { pods, events } = this.sightOf(of)
    const parts = followed.map(({ kind, name }) => {
      const replicaSets = [...(this.replicaSets?.values() ?? [])].filter(
        (one) => one.namespace === of.namespace && one.owner === `Deployment/${name}` && kind === 'Deployment',
      )
      const owners = new Set([`${kind}/${name}`, ...replicaSets.map((one) => `ReplicaSet/${one.name}`)])
      const controller = this.allOf(kind)?.get(`${of.namespace}/${name}`)
      return { controller, replicaSets, pods: pods.filter((pod) => owners.has(pod.owner)), events }
    })
    const known = new Set(parts.flatMap((part) => part.pods))
    const others = pods.filter((pod) => !known.has(pod))
    return parts.map((part, at) => (at === 0 ? { ...part, pods: [...part.pods, ...others] } : part))
  }

  private allOf(kind: ControllerFacts['kind']): All<ControllerFacts> | undefined {
    return { Deployment: this.deployments, StatefulSet: this.statefulSets, DaemonSet: this.daemonSets, Job: this.jobs }[kind]
  }

  /** Grouped once for all that look after the same change. */
  private groupedPods(): ReadonlyMap<string, readonly PodFacts[]> {
    if (this.podsAt) return this.podsAt
    const groups = new Map<string, PodFacts[]>()
    for (const pod of this.pods?.values() ?? []) {
      const key = `${pod.namespace}/${pod.serviceName}/${pod.subset}`
      const group = groups.get(key) ?? []
      groups.set(key, group)
      group.push(pod)
    }
    return (this.podsAt = groups)
  }
}
