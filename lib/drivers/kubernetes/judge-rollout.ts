import type { ContainerFacts, ControllerFacts, EventFacts, PodFacts } from './workload-facts'
import type { Sight } from './workload-picture'

/** What a rollout has come to, by what its cluster shows. */
export type Verdict =
  | { readonly kind: 'goes_on'; readonly says: string; readonly trouble: Trouble | null }
  | { readonly kind: 'there' }
  | { readonly kind: 'failed'; readonly trouble: Trouble }

/** What a person needs to know of it. */
export interface Trouble {
  readonly code: 'image_pull' | 'crash_loop' | 'container_failed' | 'no_room' | 'pods_refused' | 'not_ready' | 'no_progress' | 'job_failed'
  readonly message: string
  /** Whose last lines say more; `previous`: of its life before this one. */
  readonly container: { readonly pod: string; readonly name: string; readonly previous: boolean } | null
}

export interface Asked {
  /** What the cluster said of it when it was applied: older pictures say nothing. */
  readonly generation: number
  /** No pod shall be left. */
  readonly isStopped: boolean
  /** Has not moved for so long, and may at most. */
  readonly stillMs: number
  readonly progressMs: number
}

/** Success is what the target shows whole: the newest generation seen, every pod of it available, and no older one left. */
export function judgeRollout(sight: Sight, asked: Asked): Verdict {
  const { controller } = sight
  if (!controller || controller.generation < asked.generation || controller.observedGeneration < asked.generation)
    return { kind: 'goes_on', says: 'The cluster has taken it and has not begun.', trouble: null }
  if (controller.kind === 'Job') return judgeJob(controller, sight)
  const { newest, older } = sortPods(sight)
  const { desired, updated, available, total } = controller
  const isThere = updated >= desired && total <= desired && available >= desired && older.length === 0 && newest.length <= desired
  if (asked.isStopped ? sight.pods.length === 0 && desired === 0 : isThere) return { kind: 'there' }
  const trouble = asked.isStopped ? null : troubleOf(sight, newest)
  const isStuck = controller.stuck !== null || asked.stillMs > asked.progressMs
  if (isStuck)
    return { kind: 'failed', trouble: trouble ?? { code: 'no_progress', message: controller.stuck ?? noProgress, container: null } }
  return { kind: 'goes_on', says: progressOf({ desired, updated, available, older: older.length }), trouble }
}

/** Several of one placement: whole when each is, failed with the first that failed. */
export function judgeAll(parts: readonly { readonly sight: Sight; readonly asked: Asked }[]): Verdict {
  const verdicts = parts.map(({ sight, asked }) => ({ name: sight.controller?.name ?? '', verdict: judgeRollout(sight, asked) }))
  const failed = verdicts.find(({ verdict }) => verdict.kind === 'failed')
  if (failed) return failed.verdict
  const going = verdicts.flatMap(({ name, verdict }) => (verdict.kind === 'goes_on' ? [{ name, verdict }] : []))
  const [first] = going
  if (!first) return { kind: 'there' }
  if (parts.length === 1) return first.verdict
  const trouble = going.map(({ verdict }) => verdict.trouble).find((one) => one !== null) ?? null
  return { kind: 'goes_on', says: going.map(({ name, verdict }) => `${name}: ${verdict.says}`).join(' '), trouble }
}

function judgeJob({ name, desired, updated, available, stuck }: ControllerFacts, sight: Sight): Verdict {
  if (available >= desired) return { kind: 'there' }
  const [pod] = sight.pods.filter((one) => one.phase === 'Failed')
  const container = pod?.containers[0] ? { pod: pod.name, name: pod.containers[0].name, previous: false } : null
  if (stuck !== null) return { kind: 'failed', trouble: { code: 'job_failed', message: `Job/${name} failed: ${stuck}`, container } }
  return { kind: 'goes_on', says: `${updated} of ${desired} have ended well.`, trouble: troubleOf(sight, sight.pods) }
}

const noProgress = 'It did not get any further in time.'

function progressOf({
  desired,
  updated,
  available,
  older,
}: {
  desired: number
  updated: number
  available: number
  older: number
}): string {
  const left = older > 0 ? `, ${older} older ${older === 1 ? 'one' : 'ones'} left` : ''
  return `${updated} of ${desired} pods are new, ${available} available${left}.`
}

/** Those of the newest content, and those of older ones that are still there, leaving or not. */
export function sortPods({ controller, replicaSets, pods }: Sight): { newest: PodFacts[]; older: PodFacts[] } {
  if (controller?.kind === 'Job') return { newest: pods.filter((pod) => !pod.isLeaving), older: [] }
  const hash =
    controller && controller.kind !== 'Deployment'
      ? controller.revision
      : replicaSets.find((one) => one.revision === controller?.revision)?.hash
  const isNewest = (pod: PodFacts) => pod.hash === hash && !pod.isLeaving
  return { newest: pods.filter(isNewest), older: pods.filter((pod) => !isNewest(pod)) }
}

const pullReasons = ['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError']
const containerReasons = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'StartError']

/** The worst of what is wrong with the newest pods; null = nothing, yet. */
function troubleOf(sight: Sight, newest: readonly PodFacts[]): Trouble | null {
  const found = newest.flatMap((pod) => pod.containers.flatMap((container) => containerTrouble(pod, container, sight.events) ?? []))
  const [worst] = found
  if (worst) return worst
  const { controller, replicaSets } = sight
  const refused = replicaSets.find((one) => one.revision === controller?.revision && one.trouble)
  if (refused?.trouble) return { code: 'pods_refused', message: refused.trouble, container: null }
  const refusedSet = controller && controller.kind !== 'Deployment' ? lastEvent(sight.events, controller.name, 'FailedCreate') : undefined
  if (refusedSet && newest.length < controller!.desired) return { code: 'pods_refused', message: refusedSet.message, container: null }
  const homeless = newest.find((pod) => pod.unschedulable)
  if (homeless?.unschedulable) return { code: 'no_room', message: homeless.unschedulable, container: null }
  return unready(sight, newest)
}

function containerTrouble(pod: PodFacts, container: ContainerFacts, events: readonly EventFacts[]): Trouble | null {
  const { waiting, last, restarts, isReady, name } = container
  const reason = waiting?.reason ?? ''
  if (pullReasons.includes(reason)) {
    const why = lastEvent(events, pod.name, 'Failed')?.message
    // Newer nodes say the cause themselves; of others it stands in an event.
    const said = waiting?.message.includes('failed to') ? [waiting.message] : [waiting?.message, why].filter((one) => one && !isEcho(one))
    return { code: 'image_pull', message: `${reason}: ${[...new Set(said)].join(' ')}`.trim(), container: null }
  }
  if (containerReasons.includes(reason)) return { code: 'container_failed', message: `${reason}: ${waiting?.message}`, container: null }
  if (!isReady && restarts > 0 && last) {
    const times = restarts === 1 ? 'once' : `${restarts} times`
    const exit = last.exitCode === null ? last.reason : `exit code ${last.exitCode}${last.reason === 'Error' ? '' : ` (${last.reason})`}`
    const message = `CrashLoopBackOff: ${pod.name} was started anew ${times}; it ends with ${exit}.`
    return { code: 'crash_loop', message, container: { pod: pod.name, name, previous: waiting !== null } }
  }
  return null
}

/** Runs, and does not answer its probe. */
function unready({ events }: Sight, newest: readonly PodFacts[]): Trouble | null {
  const silent = newest.find((pod) => pod.phase === 'Running' && !pod.isReady)
  const said = silent && lastEvent(events, silent.name, 'Unhealthy')
  if (!silent || !said) return null
  const [container] = silent.containers
  return {
    code: 'not_ready',
    message: `${silent.name} does not answer: ${said.message}`,
    container: container ? { pod: silent.name, name: container.name, previous: false } : null,
  }
}

const echo = /^Error: (ImagePullBackOff|ErrImagePull)$/
/** Says again what the state of the container says. */
export const isEcho = (message: string): boolean => echo.test(message)

const lastEvent = (events: readonly EventFacts[], name: string, reason: string): EventFacts | undefined =>
  events.filter((one) => one.name === name && one.reason === reason).sort((a, b) => (a.at < b.at ? 1 : -1))[0]

/** What heals by itself is given a moment; what only a person mends ends a rollout then, long before its deadline. */
export const endsRollout = ({ code }: Trouble): boolean =>
  code === 'image_pull' || code === 'crash_loop' || code === 'container_failed' || code === 'pods_refused'
