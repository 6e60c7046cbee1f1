import { clock } from '@/lib/clock'
import { ApplySet, type ObjectOutcome, type ObjectRef, refOf, serviceLabel, toPrune } from '@/lib/drivers/kubernetes/apply-set'
import type { KubernetesClient } from '@/lib/drivers/kubernetes/client'
import { isPassing, KubernetesError } from '@/lib/drivers/kubernetes/errors'
import { endsRollout, judgeAll, type Trouble } from '@/lib/drivers/kubernetes/judge-rollout'
import { relationObject } from '@/lib/drivers/kubernetes/lay-relations'
import { listAll } from '@/lib/drivers/kubernetes/list-all'
import { liveReplicas } from '@/lib/drivers/kubernetes/live-replicas'
import { ownedBy } from '@/lib/drivers/kubernetes/namespace-objects'
import { type KubernetesObject, pathOf, types } from '@/lib/drivers/kubernetes/objects'
import { handsOn } from '@/lib/drivers/kubernetes/outside-hands'
import { prepareObjects, staysStopped } from '@/lib/drivers/kubernetes/prepare-objects'
import { readTail } from '@/lib/drivers/kubernetes/read-log'
import { isRouteContent } from '@/lib/drivers/kubernetes/render-route'
import type { ResourceTypes } from '@/lib/drivers/kubernetes/resource-types'
import { followedIn, isController, type WorkloadContent } from '@/lib/drivers/kubernetes/workload-content'
import type { ControllerFacts } from '@/lib/drivers/kubernetes/workload-facts'
import type { WorkloadPicture } from '@/lib/drivers/kubernetes/workload-picture'
import { pace } from '@/lib/pace'
import { sayOfTask } from '@/lib/workloads/say-of-task'
import { missingSecrets, secretTexts } from '@/lib/workloads/secret-texts'
import type { Order } from './load-orders'
import { maskOfPods } from './mask-of-pods'
import { noteApplied, noteObjects, settleBadly, settleWell, union } from './settle-order'

export interface Place {
  readonly client: KubernetesClient
  readonly types: ResourceTypes
  readonly picture: WorkloadPicture
}

/** What one process remembers of an order while it carries it out; another one begins it anew, and loses nothing but patience. */
export interface Memory {
  readonly said: Set<string>
  readonly troubleSince: Map<string, number>
  movedAt: number
  moved: string
}

export const newMemory = (): Memory => ({ said: new Set(), troubleSince: new Map(), movedAt: clock.nowMs(), moved: '' })

const lastLines = 50
const nameOf = ({ kind, name }: ObjectRef): string => `${kind}/${name}`

/** One step of an order: applies it, or looks at how far it has come. Goes on from the rows, and may be run at any time. */
export async function carryOutOrder(order: Order, place: Place, memory: Memory): Promise<void> {
  const { row } = order
  if (order.namespace === 'wanted') return say(order, memory, ['It waits for its namespace.'])
  const set = new ApplySet(place.client, place.types, order.owner)
  try {
    if (row.isCalledOff) return await callOff(order, set)
    if (row.wanted === 'absent') return await takeAway(order, set, place, memory)
    if (!order.content) return await settleBadly(order, { code: 'content_missing', message: 'What was approved is not there any more.' })
    if (row.appliedRevision < row.revision) return await apply(order, order.content, set, memory)
    await look(order, order.content, { set, place, memory })
  } catch (error) {
    await passing(order, memory, error)
  }
}

/** What may pass is tried again, up to the deadline that the plan says. */
async function passing(order: Order, memory: Memory, error: unknown): Promise<void> {
  if (!(error instanceof KubernetesError) || !isPassing(error)) throw error
  await say(order, memory, [`The cluster could not do it just now: ${error.message.slice(0, 1000)}`])
  const since = memory.troubleSince.get('passing') ?? clock.nowMs()
  memory.troubleSince.set('passing', since)
  if (clock.nowMs() - since > pace('rolloutPatience') * 4)
    await settleBadly(order, { code: 'refused', message: error.message, isUntouched: order.row.appliedRevision < order.row.revision })
}

async function prepare(order: Order, content: WorkloadContent, set: ApplySet, isPaused = false): Promise<KubernetesObject[]> {
  const texts = await secretTexts(order.text)
  return prepareObjects(content, {
    wanted: order.row.wanted === 'stopped' ? 'stopped' : 'running',
    restartToken: order.row.restartToken,
    isPaused,
    relations: order.relations,
    liveReplicas: await liveReplicas(content, set),
    secretOf: (reference) => texts.get(reference) ?? '',
  })
}

async function apply(order: Order, content: WorkloadContent, set: ApplySet, memory: Memory): Promise<void> {
  const missing = await missingSecrets(order.text)
  if (missing > 0)
    return settleBadly(order, { code: 'secret_missing', message: `${missing} of its secrets are not there any more.`, isUntouched: true })
  const objects = await prepare(order, content, set)
  if (!(await noteObjects(order, objects.map(refOf)))) return
  const outcomes = await set.apply(objects, order.row.takeOver ? objects.map(refOf) : [])
  const refused = outcomes.filter(({ outcome }) => outcome.kind !== 'applied')
  await say(order, memory, outcomes.map(wordOf))
  const [first] = refused
  if (first) return refusedBy(order, whyOf(first), outcomes.length > refused.length)
  // What makes pods whatever number it is told has to go before none can be left.
  if (order.row.wanted === 'stopped') await set.prune(content.objects.filter((one) => !staysStopped(one)).map(refOf))
  const made = outcomes.map(({ ref, outcome }): ObjectRef => ({ ...ref, ...seenOf(outcome) }))
  const workload = made.find((ref) => isSame(ref, content.workload))
  await noteApplied({ ...order, inventory: union(objects.map(refOf), order.inventory) }, workload?.generation ?? 0, made)
}

const isSame = (a: Pick<ObjectRef, 'kind' | 'name'>, b: Pick<ObjectRef, 'kind' | 'name'>): boolean => a.kind === b.kind && a.name === b.name

function seenOf(outcome: ObjectOutcome['outcome']): Pick<ObjectRef, 'generation' | 'own'> {
  if (outcome.kind !== 'applied') return {}
  const generation = Number(outcome.object.metadata.generation ?? 0)
  return { ...(generation > 0 ? { generation } : {}), own: handsOn(outcome.object).own }
}

/** Where a part of it was taken, what is there is neither the old nor the new: it is held, and made whole by the next release. */
async function refusedBy(order: Order, why: { code: string; message: string }, isPartly: boolean): Promise<void> {
  if (isPartly && (await noteApplied(order, 0))) return settleBadly({ ...order, row: { ...order.row, state: 'progressing' } }, why)
  await settleBadly(order, { ...why, isUntouched: true })
}

const wordOf = ({ ref, outcome }: ObjectOutcome): string =>
  outcome.kind === 'applied' ? `${nameOf(ref)} applied.` : whyOf({ ref, outcome }).message

function whyOf({ ref, outcome }: ObjectOutcome): { code: string; message: string } {
  if (outcome.kind === 'foreign') return { code: 'object_foreign', message: `${nameOf(ref)} is there already, and not this service’s.` }
  if (outcome.kind === 'conflict') {
    const fields = outcome.conflicts.map(({ field, owner }) => `${field} is kept by ${owner}`).join(', ')
    return { code: 'field_conflict', message: `${nameOf(ref)}: ${fields}.` }
  }
  return { code: 'refused', message: `${nameOf(ref)}: ${outcome.kind === 'refused' ? outcome.message : ''}` }
}

interface Looking {
  readonly set: ApplySet
  readonly place: Place
  readonly memory: Memory
}

/** How far it has come, by what the watches show. */
async function look(order: Order, content: WorkloadContent, { set, place, memory }: Looking): Promise<void> {
  const { picture, client } = place
  if (!picture.isWhole) return
  // Nothing rolls out: what the cluster has taken is there. Whether it answers is asked from outside.
  if (isRouteContent(content)) return arrive(order, content, set, memory)
  const isStopped = order.row.wanted === 'stopped' || content.count === 0
  const followed = followedIn(content).filter((one) => !isStopped || staysStopped(one))
  const of = { namespace: order.owner.namespace, service: order.service, subset: order.subset }
  // What the new content does not name any more is waited for where it is removed, and not before.
  const going = order.inventory.filter(isController).filter((one) => !followed.some((other) => isSame(one, other)))
  const all = picture.sightsOf(of, [...followed, ...going])
  const sights = all.slice(0, followed.length)
  const stillMs = stillFor(
    memory,
    sights.map((sight) => sight.controller),
  )
  const verdict = judgeAll(
    sights.map((sight, at) => {
      const ref = followed[at] as ObjectRef
      const generation = order.inventory.find((one) => isSame(one, ref))?.generation ?? order.row.appliedGeneration
      return { sight, asked: { generation, isStopped, stillMs, progressMs: content.progressMs } }
    }),
  )
  await say(order, memory, podWords(sights.flatMap((sight) => sight.pods)))
  if (verdict.kind === 'there') {
    const isEmptied = () => all.slice(followed.length).every(({ pods }) => pods.length === 0)
    return arrive(order, content, set, memory, isEmptied)
  }
  const trouble = verdict.kind === 'failed' ? verdict.trouble : ripe(memory, verdict.trouble)
  if (verdict.kind === 'goes_on') await say(order, memory, [verdict.says, ...(verdict.trouble ? [verdict.trouble.message] : [])])
  if (!trouble) return
  const { container } = trouble
  const lines = container
    ? await readTail(client, { ...container, container: container.name, namespace: order.owner.namespace, lines: lastLines })
    : []
  const mask = await maskOfPods(order.row.placementId)
  await settleBadly(order, { code: trouble.code, message: trouble.message, lines: lines.map((line) => mask.hide(line)) })
}

/** All of it is there: what older content named and this does not is removed, and gone before it is over. */
async function arrive(order: Order, content: WorkloadContent, set: ApplySet, memory: Memory, isEmptied = () => true): Promise<void> {
  const kept = content.objects.filter((one) => order.row.wanted !== 'stopped' || staysStopped(one))
  const told = order.relations && !isRouteContent(content) ? [relationObject(content, order.relations)] : []
  const now = [...kept, ...told].map(refOf)
  const removed = await set.prune(toPrune(order.inventory, now))
  await say(
    order,
    memory,
    removed.map((ref) => `${nameOf(ref)} removed.`),
  )
  const isNow = (ref: ObjectRef) => now.some((one) => isSame(one, ref))
  if (isEmptied()) await settleWell(order, union(now, order.inventory.filter(isNow)))
}

/** Since when nothing about it moves. */
function stillFor(memory: Memory, controllers: readonly (ControllerFacts | undefined)[]): number {
  const key = controllers.map((one) => [one?.updated, one?.ready, one?.available, one?.total].join(' ')).join(', ')
  if (key !== memory.moved) Object.assign(memory, { moved: key, movedAt: clock.nowMs() })
  return clock.nowMs() - memory.movedAt
}

/** A trouble that has lasted long enough, and that only a person mends. */
function ripe(memory: Memory, trouble: Trouble | null): Trouble | null {
  if (!trouble || !endsRollout(trouble)) {
    memory.troubleSince.delete('rollout')
    return null
  }
  const since = memory.troubleSince.get('rollout') ?? clock.nowMs()
  memory.troubleSince.set('rollout', since)
  return clock.nowMs() - since > pace('rolloutPatience') ? trouble : null
}

const podWords = (pods: ReturnType<WorkloadPicture['sightOf']>['pods']): string[] =>
  pods.map((pod) => {
    const waiting = pod.containers.find((one) => one.waiting)?.waiting?.reason
    const says = pod.isLeaving ? 'leaving' : pod.isReady ? 'ready' : (waiting ?? pod.phase.toLowerCase())
    return `${pod.name}: ${says}${pod.node ? ` on ${pod.node}` : ''}`
  })

/** Each sentence once, all that are new together. */
async function say({ task }: Order, { said }: Memory, texts: readonly string[]): Promise<void> {
  const fresh = texts.filter((text) => !said.has(text))
  if (fresh.length === 0) return
  for (const text of fresh) said.add(text)
  const at = clock.now().toISOString()
  await sayOfTask(task, { log: fresh.map((text) => ({ at, stream: 'agent' as const, text })) })
}

/** Left where it is: a Deployment under way is paused, until the next order. */
async function callOff(order: Order, set: ApplySet): Promise<void> {
  const isBegun = order.row.appliedRevision >= order.row.revision
  if (isBegun && order.content && order.row.wanted !== 'absent') {
    const objects = await prepare(order, order.content, set, true)
    await set.apply(objects.filter((one) => one.kind === 'Deployment' || one.kind === 'StatefulSet'))
  }
  await settleBadly(order, { code: 'cancelled', message: 'It was left where it is.', isUntouched: !isBegun })
}

/** Folders of single pods: a StatefulSet makes them, and never takes them away. */
async function claimsOf({ owner }: Order, client: KubernetesClient): Promise<ObjectRef[]> {
  const labelSelector = `${ownedBy.hub}=${owner.hubId},${serviceLabel}=${owner.serviceId}`
  const { items } = await listAll<KubernetesObject>(client, pathOf(types.persistentVolumeClaim, owner.namespace), { labelSelector })
  return items.map(({ metadata }) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: metadata.name }))
}

/** Removes everything that its inventory names and is its own; over once nothing of it is left. */
async function takeAway(order: Order, set: ApplySet, { client, picture }: Place, memory: Memory): Promise<void> {
  const { row, inventory, owner } = order
  const isData = (ref: ObjectRef) => ref.kind === 'PersistentVolumeClaim'
  const data = [...(await claimsOf(order, client)), ...inventory.filter(isData)]
  const going = [...inventory.filter((ref) => !isData(ref)), ...(row.keepData ? [] : data)]
  const removed = await set.prune(going)
  await say(order, memory, [
    ...removed.map((ref) => `${nameOf(ref)} removed.`),
    ...(row.keepData ? data : []).map((ref) => `${nameOf(ref)} is kept.`),
  ])
  if (row.appliedRevision < row.revision) return void (await noteApplied(order, 0))
  if (!picture.isWhole || (await set.left(going)).length > 0) return
  if (picture.sightOf({ namespace: owner.namespace, service: order.service, subset: order.subset }).pods.length > 0) return
  await settleWell(order, [])
}
