import type { StoneShape } from '@/components/ui/stone-shapes'
import type { Tone } from '@/components/ui/tone'
import type { PackageStateName } from '@/lib/catalog/views'
import type { ClusterStateName, NamespaceView } from '@/lib/clusters/views'
import type { DeployStateName, TaskStateName } from '@/lib/deploys/views'
import type { InitResultView } from '@/lib/init/views'
import type { MachineStateName } from '@/lib/machines/views'
import type { QuotaRequestView } from '@/lib/quotas/views'
import type { EdgeState } from '@/lib/relations/views'
import type { RouteStateName } from '@/lib/routes/views'
import type { Health, UnitStateName } from '@/lib/services/views'
import type { PodStateName, WorkloadStateName } from '@/lib/workloads/views'

/** Shape, then colour; the word is in the catalogue at `status.<noun>.<state>`. */
export type Look = readonly [shape: StoneShape, tone: Tone]

/** Words that are no state of a row but stand where one would. */
type DerivedDeploy = 'waiting_at_gate' | 'expired' | 'deferred'
type DerivedUnit = 'unknown' | 'held' | 'upgrading' | 'configuring' | 'restarting' | 'moving' | 'stale'

/** The table of states. A state without a row here does not compile. */
export const looks = {
  deploy: {
    planning: ['turning', 'blue'],
    awaiting_approval: ['ask', 'amber'],
    waiting_at_gate: ['ask', 'amber'],
    queued: ['clock', 'blue'],
    running: ['turning', 'blue'],
    paused: ['bars', 'none'],
    cancelling: ['turning', 'blue'],
    succeeded: ['ok', 'green'],
    failed: ['bad', 'red'],
    rejected: ['slash', 'none'],
    cancelled: ['slash', 'none'],
    superseded: ['over', 'none'],
    expired: ['slash', 'none'],
    deferred: ['clock', 'none'],
  } satisfies Record<DeployStateName | DerivedDeploy, Look>,
  task: {
    pending: ['ring', 'none'],
    ready: ['ring', 'blue'],
    running: ['turning', 'blue'],
    succeeded: ['ok', 'green'],
    failed: ['bad', 'red'],
    skipped: ['dash', 'none'],
    cancelled: ['slash', 'none'],
  } satisfies Record<TaskStateName, Look>,
  unit: {
    none: ['ring', 'none'],
    allocated: ['ring', 'blue'],
    deployed: ['half', 'blue'],
    installed: ['half', 'blue'],
    ready: ['half', 'blue'],
    running: ['ok', 'green'],
    stopped: ['square', 'none'],
    error: ['bad', 'red'],
    removing: ['turning', 'blue'],
    removed: ['slash', 'none'],
    unknown: ['unknown', 'none'],
    held: ['held', 'amber'],
    upgrading: ['turning', 'blue'],
    configuring: ['turning', 'blue'],
    restarting: ['turning', 'blue'],
    moving: ['turning', 'blue'],
    stale: ['stale', 'none'],
  } satisfies Record<UnitStateName | DerivedUnit, Look>,
  machine: {
    new: ['ring', 'none'],
    inited: ['half', 'none'],
    ready: ['ok', 'green'],
    error_detected: ['warn', 'red'],
    error: ['bad', 'red'],
    offline: ['slash', 'none'],
    unknown: ['unknown', 'none'],
    lost: ['warn', 'red'],
    warned: ['warn', 'amber'],
    identity_conflict: ['warn', 'red'],
  } satisfies Record<MachineStateName | 'unknown' | 'lost' | 'warned' | 'identity_conflict', Look>,
  cluster: {
    ready: ['ok', 'green'],
    offline: ['slash', 'none'],
    maintaining: ['bars', 'none'],
    unknown: ['unknown', 'none'],
    removing: ['turning', 'blue'],
  } satisfies Record<ClusterStateName | 'unknown' | 'removing', Look>,
  namespace: {
    wanted: ['ring', 'blue'],
    present: ['ok', 'green'],
    foreign: ['ask', 'amber'],
    refused: ['bad', 'red'],
    unknown: ['unknown', 'none'],
  } satisfies Record<NamespaceView['state'] | 'unknown', Look>,
  init: {
    waiting: ['ring', 'none'],
    running: ['turning', 'blue'],
    passed: ['ok', 'green'],
    failed: ['bad', 'red'],
  } satisfies Record<InitResultView['state'], Look>,
  workload: {
    none: ['ring', 'none'],
    progressing: ['turning', 'blue'],
    available: ['ok', 'green'],
    partly: ['warn', 'red'],
    stopped: ['square', 'none'],
    failed: ['bad', 'red'],
    removing: ['turning', 'blue'],
    removed: ['slash', 'none'],
    unknown: ['unknown', 'none'],
    held: ['held', 'amber'],
    changed: ['warn', 'amber'],
  } satisfies Record<WorkloadStateName | 'partly' | 'unknown' | 'held' | 'changed', Look>,
  pod: {
    ready: ['ok', 'green'],
    running: ['half', 'blue'],
    pending: ['ring', 'blue'],
    failing: ['bad', 'red'],
    leaving: ['turning', 'blue'],
    ended: ['square', 'none'],
    gone: ['slash', 'none'],
    unknown: ['unknown', 'none'],
  } satisfies Record<PodStateName | 'unknown', Look>,
  health: {
    none: ['ring', 'none'],
    unknown: ['unknown', 'none'],
    progressing: ['turning', 'blue'],
    healthy: ['ok', 'green'],
    degraded: ['warn', 'red'],
    stopped: ['square', 'none'],
    gone: ['slash', 'none'],
  } satisfies Record<Health, Look>,
  route: {
    none: ['ring', 'none'],
    coming: ['turning', 'blue'],
    works: ['ok', 'green'],
    fails: ['bad', 'red'],
    unknown: ['unknown', 'none'],
  } satisfies Record<RouteStateName, Look>,
  edge: {
    in_step: ['ok', 'green'],
    telling: ['turning', 'blue'],
    stale: ['stale', 'none'],
    empty: ['ring', 'none'],
  } satisfies Record<EdgeState, Look>,
  provider: { enabled: ['dot', 'none'], disabled: ['slash', 'none'], answers: ['ok', 'green'], failing: ['bad', 'red'] } satisfies Record<
    'enabled' | 'disabled' | 'answers' | 'failing',
    Look
  >,
  user: { active: ['dot', 'none'], blocked: ['slash', 'none'] } satisfies Record<'active' | 'blocked', Look>,
  request: {
    asked: ['ask', 'amber'],
    approved: ['ok', 'green'],
    refused: ['slash', 'none'],
    withdrawn: ['slash', 'none'],
  } satisfies Record<QuotaRequestView['state'], Look>,
  package: {
    draft: ['ring', 'none'],
    submitted: ['clock', 'blue'],
    in_review: ['ask', 'amber'],
    passed: ['half', 'blue'],
    rejected: ['slash', 'none'],
    active: ['ok', 'green'],
    suspended: ['square', 'none'],
    deleted: ['slash', 'none'],
  } satisfies Record<PackageStateName, Look>,
} as const

export type StatusNoun = keyof typeof looks
export type StatusOf<N extends StatusNoun> = keyof (typeof looks)[N] & string

export const lookOf = <N extends StatusNoun>(noun: N, state: StatusOf<N>): Look => looks[noun][state] as Look
