import type { DeployKind, DeployState } from '@/lib/db/generated/enums'
import { defineLifecycle } from '@/lib/lifecycle'

/** The whole life of a deploy record (5-model 2). Pages, engine and docs read this one table. */
export const deployLifecycle = defineLifecycle<DeployState>()({
  request: { from: [], to: 'planning', when: 'somebody or an automation asks for a change' },
  plan_ready: { from: ['planning'], to: 'awaiting_approval', when: 'the plan is stored and policy asks a person' },
  plan_ready_approved: { from: ['planning'], to: 'queued', when: 'policy asks nobody, or the same hash is approved already' },
  plan_refused: { from: ['planning'], to: 'failed', when: 'the plan cannot be made; the code says why' },
  plan_empty: { from: ['planning'], to: 'cancelled', when: 'nothing is left to do' },
  approve: { from: ['awaiting_approval'], to: 'queued', when: 'the last approval needed was given for this hash' },
  reject: { from: ['awaiting_approval'], to: 'rejected', when: 'an approver says no, with a reason' },
  override: {
    from: ['awaiting_approval', 'queued'],
    to: 'queued',
    when: 'an emergency: admin or owner, with a reason, reviewed after; of what is queued, only while it waits for a window',
  },
  withdraw_approval: { from: ['queued'], to: 'awaiting_approval', when: 'an approver takes the approval back before the start' },
  approval_lost: { from: ['queued'], to: 'awaiting_approval', when: 'an approver may no longer give what was given' },
  policy_tightened: { from: ['queued'], to: 'awaiting_approval', when: 'policy now asks for more approvals' },
  policy_loosened: { from: ['awaiting_approval'], to: 'queued', when: 'policy now asks for no more than was given' },
  inputs_changed: { from: ['awaiting_approval', 'queued'], to: 'planning', when: 'something the plan was made from changed' },
  start: { from: ['queued'], to: 'running', when: 'locks are free, inputs are the same, approvals still count' },
  pause: { from: ['running'], to: 'paused', when: 'an admin holds it: nothing new starts' },
  resume: { from: ['paused'], to: 'running', when: 'an admin lets it go on' },
  withdraw: { from: ['planning', 'awaiting_approval', 'queued'], to: 'cancelled', when: 'cancelled before anything started' },
  requester_blocked: { from: ['planning', 'awaiting_approval', 'queued'], to: 'cancelled', when: 'its requester was blocked' },
  cancel: { from: ['running', 'paused'], to: 'cancelling', when: 'cancelled while tasks run; they are told to stop' },
  tasks_ended_well: { from: ['running', 'paused', 'cancelling'], to: 'succeeded', when: 'every target has what was wanted' },
  tasks_ended_badly: { from: ['running', 'paused'], to: 'failed', when: 'a target failed, or all were deferred' },
  tasks_ended_cancelled: { from: ['cancelling'], to: 'cancelled', when: 'what ran has ended' },
  give_up: { from: ['cancelling'], to: 'cancelled', when: 'the target did not confirm in time: outcome unknown, into the ledger' },
  expire: { from: ['planning', 'awaiting_approval', 'queued'], to: 'failed', when: 'undecided for 72 h' },
  supersede: {
    from: ['planning', 'awaiting_approval', 'queued'],
    to: 'superseded',
    when: 'a newer change of the same placements was queued',
  },
  hub_restored: {
    from: ['planning', 'awaiting_approval', 'queued', 'running', 'paused', 'cancelling'],
    to: 'failed',
    when: 'the hub was restored from a backup',
  },
})

export type DeployEvent = keyof typeof deployLifecycle.table

/** What a kind of change is, once. Everything that asks "may this kind …" reads this table. */
interface KindRow {
  /** Brings a release to units; supersedes and may be superseded. */
  readonly carriesRelease: boolean
  /** Asked for by sweeps; takes unit locks and runs beside others. */
  readonly automation: boolean
  /** Only tells units of others: looks at no machine's room, and holds no pool, however many are told at once. */
  readonly tells: boolean
  /** People may ask for it now. The others are automation's alone, or belong to parts that do not exist yet. */
  readonly asked: boolean
}

const change: KindRow = { carriesRelease: true, automation: false, tells: false, asked: true }
const plain: KindRow = { carriesRelease: false, automation: false, tells: false, asked: true }
const other: KindRow = { ...plain, asked: false }
const automatic: KindRow = { carriesRelease: false, automation: true, tells: false, asked: false }

export const deployKinds: Record<DeployKind, KindRow> = {
  install: change,
  upgrade: change,
  configure: change,
  rollback: change,
  promote: change,
  scale: plain,
  resize: plain,
  restart: plain,
  start: plain,
  stop: plain,
  accept: plain,
  remove: plain,
  /** Asked for by what changes routes alone: they have addresses of their own. */
  route: { ...change, asked: false },
  switchover: other,
  command: other,
  adopt: other,
  update_agent: other,
  repair: automatic,
  migrate: { ...automatic, asked: true },
  failover: automatic,
  relate: { ...automatic, tells: true },
}

/** States in which nothing has been touched yet. */
export const unstarted = ['planning', 'awaiting_approval', 'queued'] as const satisfies readonly DeployState[]
/** States in which tasks may run. */
export const underWay = ['running', 'paused', 'cancelling'] as const satisfies readonly DeployState[]
export const live = [...unstarted, ...underWay] as const

export const isUnstarted = (state: DeployState): boolean => (unstarted as readonly string[]).includes(state)
export const isUnderWay = (state: DeployState): boolean => (underWay as readonly string[]).includes(state)
