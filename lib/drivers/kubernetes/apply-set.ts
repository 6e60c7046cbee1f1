import { groupBy } from '@/lib/group-by'
import type { Ask, KubernetesClient } from './client'
import { conflictsOf, type FieldConflict } from './conflicts'
import { diffObjects, type FieldChange } from './diff-objects'
import { isNotFound, isPassing, KubernetesError } from './errors'
import { listAll } from './list-all'
import { ownedBy } from './namespace-objects'
import { fieldManager, type KubernetesObject, onlyMetadata, pathOf, type ResourceType } from './objects'
import { handsOn, type OutsideHand } from './outside-hands'
import { inRanks } from './ranks'
import type { ResourceTypes } from './resource-types'
import { claimFields } from './take-over'

/** Whose objects these are, and as whom they are made: the application's account, whose rights are the wall. */
export interface SetOwner {
  readonly hubId: string
  readonly applicationId: string
  readonly serviceId: string
  readonly namespace: string
  /** `system:serviceaccount:<namespace>:tengen-application`; missing = as the client itself. */
  readonly as?: string
}

/** One line of an inventory: what was made, and must be removed when it is not wanted any more. */
export interface ObjectRef {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  /** Of what is followed: what the cluster gave to what was applied. What is older says nothing of it. */
  readonly generation?: number
  /** Of all fields that were said of it when it was applied (`Hands.own`). What is older says nothing of it. */
  readonly own?: string
}

export type Outcome =
  | { readonly kind: 'applied'; readonly object: KubernetesObject }
  | { readonly kind: 'conflict'; readonly conflicts: readonly FieldConflict[] }
  /** It is there, and not this service's. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'refused'; readonly message: string }

export interface ObjectOutcome {
  readonly ref: ObjectRef
  readonly outcome: Outcome
}

export interface ObjectPreview extends ObjectOutcome {
  readonly changes: readonly FieldChange[]
  /** Fields that others said beyond it; they go once it is taken over. Null = it is not there. */
  readonly live: KubernetesObject | null
  readonly others: readonly OutsideHand[]
}

/** The label that names the service an object was made for. */
export const serviceLabel = 'tengen.io/service'

const atOnce = 8
/** So many of one kind are listed, rather than asked for one by one. */
const worthAList = 4

export const refOf = ({ apiVersion, kind, metadata: { name } }: KubernetesObject): ObjectRef => ({ apiVersion, kind, name })
const keyOf = ({ apiVersion, kind, name }: ObjectRef): string => `${apiVersion.split('/')[0]}/${kind}/${name}`

export function ownLabels({ hubId, applicationId, serviceId }: SetOwner): Record<string, string> {
  return { [ownedBy.hub]: hubId, [ownedBy.application]: applicationId, [serviceLabel]: serviceId, 'app.kubernetes.io/managed-by': 'tengen' }
}

/** As it is sent: in the owner's namespace and with the owner's labels, whatever else it says; so are the pods that it makes. */
export function owned(object: KubernetesObject, owner: SetOwner): KubernetesObject {
  const own = ownLabels(owner)
  const labels = { ...object.metadata.labels, ...own }
  const spec = object.spec as { template?: Template; volumeClaimTemplates?: Template[] } | undefined
  const labelled = (template: Template): Template => ({
    ...template,
    metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...own } },
  })
  const templates = {
    ...(spec?.template?.spec ? { template: labelled(spec.template) } : {}),
    ...(spec?.volumeClaimTemplates ? { volumeClaimTemplates: spec.volumeClaimTemplates.map(labelled) } : {}),
  }
  return {
    ...object,
    metadata: { ...object.metadata, namespace: owner.namespace, labels },
    ...(Object.keys(templates).length > 0 ? { spec: { ...spec, ...templates } } : {}),
  }
}

interface Template {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }
  readonly spec?: unknown
}

const isOurs = ({ metadata: { labels = {} } }: KubernetesObject, owner: SetOwner): boolean =>
  labels[ownedBy.hub] === owner.hubId && labels[serviceLabel] === owner.serviceId

/** What of an older inventory the new one does not name. Another version of the same kind is the same object. */
export function toPrune(before: readonly ObjectRef[], now: readonly ObjectRef[]): ObjectRef[] {
  const kept = new Set(now.map(keyOf))
  return before.filter((ref) => !kept.has(keyOf(ref)))
}

async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const hand = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, hand))
  return results
}

/** One service's objects in one cluster. */
export class ApplySet {
  constructor(
    private readonly client: KubernetesClient,
    private readonly types: ResourceTypes,
    private readonly owner: SetOwner,
  ) {}

  /** What an apply would change, by the API server's own word; nothing is changed. Conflicts stand beside the changes. */
  async preview(objects: readonly KubernetesObject[]): Promise<ObjectPreview[]> {
    return each(objects, async (object) => {
      const ref = refOf(object)
      const { live, outcome: no } = await this.look(ref)
      if (no) return { ref, outcome: no, changes: [], live, others: [] }
      const outcome = await this.send(object, { dryRun: 'All' })
      const wanted = outcome.kind === 'conflict' ? await this.send(object, { dryRun: 'All', force: true }) : outcome
      const changes = wanted.kind === 'applied' ? diffObjects(live, wanted.object) : []
      return { ref, outcome, changes, live, others: live ? handsOn(live).others : [] }
    })
  }

  /**
   * Makes all of them as they are said; may be run twice. Fields of others are left alone and named, but for objects that `takeOver`
   * lists: there what others added goes too. After a group in which something failed the next is not begun.
   */
  async apply(objects: readonly KubernetesObject[], takeOver: readonly ObjectRef[] = []): Promise<ObjectOutcome[]> {
    const isTaken = new Set(takeOver.map(keyOf))
    const done: ObjectOutcome[] = []
    for (const group of inRanks(objects)) {
      const whyNot = await this.lookAtAll(group)
      const outcomes = await each(group, async (object) => {
        const ref = refOf(object)
        const outcome = await whyNot(ref)
        if (outcome) return { ref, outcome }
        return { ref, outcome: isTaken.has(keyOf(ref)) ? await this.sendOver(object) : await this.send(object, {}) }
      })
      done.push(...outcomes)
      if (outcomes.some(({ outcome }) => outcome.kind !== 'applied')) break
    }
    return done
  }

  /** Removes what is not wanted any more, if it is still this service's; says what it removed. */
  async prune(refs: readonly ObjectRef[]): Promise<ObjectRef[]> {
    const removed: ObjectRef[] = []
    for (const group of inRanks(refs).reverse()) {
      const outcomes = await each(group, async (ref) => ((await this.remove(ref)) ? [ref] : []))
      removed.push(...outcomes.flat())
    }
    return removed
  }

  /** One of them as it is now, if it is this service's; null = it is not there. */
  async read(ref: ObjectRef): Promise<KubernetesObject | null> {
    const live = await this.find(ref)
    return live && isOurs(live, this.owner) ? live : null
  }

  /** Which of them are still there. */
  async left(refs: readonly ObjectRef[]): Promise<ObjectRef[]> {
    const found = await each(refs, (ref) => this.read(ref))
    return refs.filter((_, at) => found[at])
  }

  private ask(more: Ask = {}): Ask {
    return { ...more, ...(this.owner.as ? { as: this.owner.as } : {}) }
  }

  private async typeOf(ref: Pick<ObjectRef, 'apiVersion' | 'kind'>): Promise<ResourceType | undefined> {
    return this.types.find(ref)
  }

  /** What is there under this name, and why it may not be touched. */
  private async look(ref: ObjectRef): Promise<{ live: KubernetesObject | null; outcome?: Outcome }> {
    try {
      const live = await this.find(ref)
      return live && !isOurs(live, this.owner) ? { live, outcome: { kind: 'foreign' } } : { live }
    } catch (error) {
      if (isPassing(error)) throw error
      if (error instanceof KubernetesError) return { live: null, outcome: { kind: 'refused', message: error.message } }
      throw error
    }
  }

  /** Why each of a group may not be touched: by one list of each kind of which there are many. */
  private async lookAtAll(group: readonly KubernetesObject[]): Promise<(ref: ObjectRef) => Promise<Outcome | undefined>> {
    const kinds = groupBy(group, ({ apiVersion, kind }) => `${apiVersion}/${kind}`)
    const foreign = new Map<string, ReadonlySet<string> | undefined>()
    for (const [kind, [first, ...others]] of kinds) {
      const type = first && others.length + 1 >= worthAList ? await this.typeOf(first) : undefined
      if (type?.namespaced) foreign.set(kind, await this.foreignNames(type))
    }
    return async (ref) => {
      const names = foreign.get(`${ref.apiVersion}/${ref.kind}`)
      if (!names) return (await this.look(ref)).outcome
      return names.has(ref.name) ? { kind: 'foreign' } : undefined
    }
  }

  /** Undefined where they may not be listed: then each is asked for. */
  private async foreignNames(type: ResourceType): Promise<ReadonlySet<string> | undefined> {
    const path = pathOf(type, this.owner.namespace)
    try {
      const { items } = await listAll<KubernetesObject>(this.client, path, {}, this.ask({ accept: onlyMetadata.list }))
      return new Set(items.filter((one) => !isOurs(one, this.owner)).map(({ metadata: { name } }) => name))
    } catch (error) {
      if (error instanceof KubernetesError && !isPassing(error)) return undefined
      throw error
    }
  }

  /** Null: it is not there, or the cluster knows nothing of its kind. */
  private async find(ref: ObjectRef): Promise<KubernetesObject | null> {
    const type = await this.typeOf(ref)
    if (!type?.namespaced) return null
    try {
      return await this.client.get<KubernetesObject>(pathOf(type, this.owner.namespace, ref.name), this.ask())
    } catch (error) {
      if (isNotFound(error)) return null
      throw error
    }
  }

  private async send(object: KubernetesObject, query: { dryRun?: 'All'; force?: true }): Promise<Outcome> {
    const type = await this.typeOf(object)
    if (!type) return { kind: 'refused', message: `The cluster knows no ${object.kind} of ${object.apiVersion}.` }
    if (!type.namespaced) return { kind: 'refused', message: `${object.kind} belongs to the whole cluster, not to an application.` }
    if ((object.metadata.namespace ?? this.owner.namespace) !== this.owner.namespace)
      return { kind: 'refused', message: `${object.metadata.namespace} is not the application’s namespace.` }
    try {
      const ask = this.ask({ query: { fieldManager, ...query } })
      const path = pathOf(type, this.owner.namespace, object.metadata.name)
      const contentType = 'application/apply-patch+yaml'
      return {
        kind: 'applied',
        object: await this.client.patch<KubernetesObject>(path, owned(object, this.owner), { ...ask, contentType }),
      }
    } catch (error) {
      const conflicts = conflictsOf(error)
      if (conflicts) return { kind: 'conflict', conflicts }
      if (isPassing(error)) throw error
      if (error instanceof KubernetesError) return { kind: 'refused', message: error.message }
      throw error
    }
  }

  /** Applied alone, what others added beside it would stay. */
  private async sendOver(object: KubernetesObject): Promise<Outcome> {
    const type = await this.typeOf(object)
    const path = type && pathOf(type, this.owner.namespace, object.metadata.name)
    const refused = path && (await claimFields(this.client, path, () => this.find(refOf(object)), this.ask()))
    if (refused) return { kind: 'refused', message: refused.message }
    const sent = await this.send(object, { force: true })
    const isFixed = sent.kind === 'refused' && (await this.read(refOf(object)))?.immutable === true
    // What nobody may change is made anew.
    return isFixed && (await this.remove(refOf(object))) ? this.send(object, { force: true }) : sent
  }

  private async remove(ref: ObjectRef): Promise<boolean> {
    const type = await this.typeOf(ref)
    const live = await this.find(ref)
    if (!type || !live || !isOurs(live, this.owner)) return false
    // Another object of this name, made meanwhile, is not the one that was looked at.
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions: { uid: live.metadata.uid } }
    try {
      await this.client.delete(pathOf(type, this.owner.namespace, ref.name), this.ask({ body }))
      return true
    } catch (error) {
      if (isNotFound(error) || (error instanceof KubernetesError && error.status === 409)) return false
      throw error
    }
  }
}
