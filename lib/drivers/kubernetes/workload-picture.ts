import { groupBy } from '@/lib/group-by'
import { type Change, follow } from './follow'
import { HandsPicture, onlyHandled } from './hands-picture'
import { ownSelector } from './namespace-objects'
import { type KubernetesObject, pathOf, type ResourceType, types } from './objects'
import { PictureChanges } from './picture-changes'
import { SecretWatches, type Watching } from './secret-watches'
import {
  type ControllerFacts,
  controllerFacts,
  type EventFacts,
  eventFacts,
  type IngressFacts,
  ingressFacts,
  isEnding,
  nameFacts,
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
  private podsAt: Map<string, readonly PodFacts[]> | undefined
  private changes = new PictureChanges(true)
  private readonly ending = new Map<string, PodFacts>()
  /** Who else has a hand on what is there. */
  readonly hands = new HandsPicture()
  private secrets?: SecretWatches

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
  async watch(watching: Watching): Promise<void> {
    const { client, hubLabel, pauseMs, signal } = watching
    this.secrets = new SecretWatches(watching, this.hands, (namespace, change) => {
      if (change) this.note(change)
      else this.changes.addNamespace(namespace)
      this.changed()
    })
    const own = { labelSelector: ownSelector(hubLabel) }
    const one = <T extends Named>(
      type: ResourceType,
      query: object,
      pick: (object: KubernetesObject) => T,
      keep: (all: All<T>, change?: Change<T>) => void,
      isMetadata = false,
    ) => {
      const tell = (all: All<T>, change?: Change<T>) => {
        keep(all, change)
        this.note(change)
        this.changed()
      }
      return follow(client, { path: pathOf(type), query: { ...query }, isMetadata, pick, tell, pauseMs, signal })
    }
    /** What the hub applies itself: who else says something of it is kept beside. */
    const applied = <T extends Named>(
      type: ResourceType,
      pick: (object: KubernetesObject) => T,
      keep: (all: All<T>) => void,
      isMetadata = false,
    ) => {
      const keepBoth = (all: All<T>) => {
        this.hands.keep(type, all)
        keep(all)
      }
      return one(type, own, this.hands.beside(pick), keepBoth, isMetadata)
    }
    await Promise.all([
      applied(types.deployment, controllerFacts, (all) => void (this.deployments = all)),
      applied(types.statefulSet, controllerFacts, (all) => void (this.statefulSets = all)),
      applied(types.daemonSet, controllerFacts, (all) => void (this.daemonSets = all)),
      applied(types.job, controllerFacts, (all) => void (this.jobs = all)),
      one(types.replicaSet, own, replicaSetFacts, (all) => void (this.replicaSets = all)),
      one(types.pod, own, podFacts, (all, change) => {
        this.pods = all
        this.noteEnding(change ?? all)
        this.regroup(change)
      }),
      applied(types.ingress, ingressFacts, (all) => void (this.ingresses = all)),
      one(types.event, { fieldSelector: 'type=Warning' }, eventFacts, (all) => void (this.events = all)),
      ...onlyHandled.map((type) => applied(type, nameFacts, () => {}, true)),
    ])
    await this.secrets.end()
  }

  /** In which namespaces the hub keeps Secrets: those of others are not looked at. */
  lookForSecretsIn(namespaces: ReadonlySet<string>): void {
    this.secrets?.lookIn(namespaces)
  }

  /** Pods on their way out, by uid. */
  get endingPods(): ReadonlyMap<string, PodFacts> {
    return this.ending
  }

  private noteEnding(news: Change<PodFacts> | All<PodFacts>): void {
    const isOne = 'before' in news
    if (!isOne) this.ending.clear()
    else if (news.before) this.ending.delete(news.before.uid)
    for (const pod of isOne ? [news.after] : news.values()) if (pod && isEnding(pod)) this.ending.set(pod.uid, pod)
  }

  /** What is shown anew since this was last asked. */
  takeChanges(): PictureChanges {
    const taken = this.changes
    this.changes = new PictureChanges()
    return taken
  }

  private note(change: Change<Named> | undefined): void {
    if (!change) return this.changes.addAll()
    for (const one of [change.before, change.after])
      if (one) this.changes.add(isPod(one) ? { namespace: one.namespace, name: `${one.serviceName}-${one.subset}` } : one)
  }

  /** Where a route is reached, as its controller says; nothing = it has said nothing yet. */
  addressesOf(namespace: string, name: string): readonly string[] {
    return this.ingresses?.get(`${namespace}/${name}`)?.addresses ?? []
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

  /** Grouped once after a list; a change moves one pod. */
  private groupedPods(): ReadonlyMap<string, readonly PodFacts[]> {
    return (this.podsAt ??= groupBy([...(this.pods?.values() ?? [])], groupOf))
  }

  private regroup(change: Change<PodFacts> | undefined): void {
    const groups = this.podsAt
    if (!change || !groups) return void (this.podsAt = undefined)
    const { before, after } = change
    const of = (pod: PodFacts) => groups.get(groupOf(pod)) ?? []
    // In its place, so that what did not change looks the same.
    if (before && after && groupOf(before) === groupOf(after))
      return void groups.set(
        groupOf(after),
        of(after).map((pod) => (pod === before ? after : pod)),
      )
    if (before)
      groups.set(
        groupOf(before),
        of(before).filter((pod) => pod !== before),
      )
    if (after) groups.set(groupOf(after), [...of(after), after])
  }
}

type Named = PodFacts | { readonly namespace: string; readonly name: string }

const isPod = (one: Named): one is PodFacts => 'serviceName' in one
const groupOf = ({ namespace, serviceName, subset }: PodFacts): string => `${namespace}/${serviceName}/${subset}`
