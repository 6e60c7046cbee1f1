import { z } from 'zod'
import { LeftBehindSchema } from '@/lib/ledger/views'
import { EnvironmentSchema, EventViewSchema, GateSchema, PersonSchema, pageOf, SentenceSchema, TimeSchema } from '@/lib/views'
import { WorkloadViewSchema } from '@/lib/workloads/views'
import {
  type ApprovalRule,
  ApprovalRuleSchema,
  type ApprovalView,
  ApprovalViewSchema,
  type CommentView,
  CommentViewSchema,
} from './approval-views'
import { PlanChangeSchema, PlanDiffSchema, PlanSummarySchema } from './plan-views'
import { ReleaseRefSchema } from './release-views'

export const deployStates = [
  'planning',
  'awaiting_approval',
  'queued',
  'running',
  'paused',
  'cancelling',
  'succeeded',
  'failed',
  'rejected',
  'cancelled',
  'superseded',
] as const
export const deployKinds = [
  'install',
  'upgrade',
  'configure',
  'scale',
  'resize',
  'restart',
  'start',
  'stop',
  'rollback',
  'promote',
  'accept',
  'relate',
  'route',
  'migrate',
  'failover',
  'switchover',
  'repair',
  'remove',
  'command',
  'adopt',
  'update_agent',
] as const
export const taskStates = ['pending', 'ready', 'running', 'succeeded', 'failed', 'skipped', 'cancelled'] as const
export const DeployStateSchema = z.enum(deployStates)
export const DeployKindSchema = z.enum(deployKinds)
export const TaskStateSchema = z.enum(taskStates)
export type DeployStateName = z.infer<typeof DeployStateSchema>
export type DeployKindName = z.infer<typeof DeployKindSchema>
export type TaskStateName = z.infer<typeof TaskStateSchema>

/** What the sentence "Upgrade greeter to 1.5.0" is made of; the screen words it in its own language. */
export const DeployTitleSchema = z.object({
  kind: DeployKindSchema,
  serviceName: z.string(),
  from: ReleaseRefSchema.nullable(),
  to: ReleaseRefSchema.nullable(),
  fromCount: z.number().int().nullable(),
  toCount: z.number().int().nullable(),
})
export type DeployTitleView = z.infer<typeof DeployTitleSchema>

/** Another record, named in passing. */
export const DeployRefSchema = z.object({
  id: z.string(),
  number: z.number().int(),
  state: DeployStateSchema,
  title: DeployTitleSchema,
  at: TimeSchema,
})
export type DeployRef = z.infer<typeof DeployRefSchema>

export const DeployRowSchema = z.object({
  id: z.string(),
  number: z.number().int(),
  title: DeployTitleSchema,
  applicationSlug: z.string(),
  /** Null: no service, but machines. */
  serviceId: z.string().nullable(),
  environment: EnvironmentSchema,
  runtimes: z.array(z.string()),
  state: DeployStateSchema,
  stateSince: TimeSchema,
  /** Asked for: not before. */
  notBefore: TimeSchema.nullable(),
  /** Derived: not started, and its time has not come. */
  scheduled: z.boolean(),
  /** Queued, and its environment takes changes no sooner. */
  opensAt: TimeSchema.nullable(),
  /** Derived: running, and what holds it back is a gate. */
  waitingAtGate: z.boolean(),
  /** Ended failed because its time to decide was over. */
  expired: z.boolean(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  outcomeUnknown: z.boolean(),
  deferred: z.number().int(),
  planHash: z.string().nullable(),
  requester: PersonSchema,
  reason: z.string().nullable(),
  /** What automation saw, and since when. */
  cause: SentenceSchema.extend({ since: TimeSchema.nullable() }).nullable(),
  approvals: z.object({ given: z.number().int(), needed: z.number().int() }),
  tasks: z.object({ done: z.number().int(), total: z.number().int() }),
  /** The task at work, e.g. `check greeter/1`. */
  liveTask: z.object({ verb: z.string(), unitName: z.string().nullable(), startedAt: TimeSchema.nullable() }).nullable(),
  waitsFor: z.object({ id: z.string(), number: z.number().int(), title: DeployTitleSchema }).nullable(),
  /** May the one who looks approve it now? */
  youMayApprove: z.boolean(),
  createdAt: TimeSchema,
  startedAt: TimeSchema.nullable(),
  endedAt: TimeSchema.nullable(),
})
export type DeployRow = z.infer<typeof DeployRowSchema>
export const DeployPageSchema = pageOf(DeployRowSchema)

/** Counts above the list; null where nothing was counted. */
export const DeployListSchema = DeployPageSchema.extend({ open: z.number().int() })
export type DeployList = z.infer<typeof DeployListSchema>

export const TaskViewSchema = z.object({
  id: z.string(),
  /** Position in the plan; dependsOn names positions. */
  index: z.number().int(),
  layer: z.number().int(),
  verb: z.string(),
  targetId: z.string(),
  unitName: z.string().nullable(),
  machineName: z.string().nullable(),
  dependsOn: z.array(z.number().int()),
  state: TaskStateSchema,
  code: z.string().nullable(),
  message: z.string().nullable(),
  attempt: z.number().int(),
  maxAttempts: z.number().int(),
  step: z
    .object({ name: z.string(), attempt: z.number().int().optional(), of: z.number().int().optional(), nextAt: TimeSchema.optional() })
    .nullable(),
  estimateMs: z.number().nullable(),
  readyAt: TimeSchema.nullable(),
  startedAt: TimeSchema.nullable(),
  endedAt: TimeSchema.nullable(),
  deadlineAt: TimeSchema.nullable(),
  logLines: z.number().int(),
})
export type TaskView = z.infer<typeof TaskViewSchema>

/** A row of the board: the service itself (unit null) or one unit, and where it runs. */
export const BoardRowSchema = z.object({
  unitName: z.string().nullable(),
  machineName: z.string().nullable(),
  runtimeName: z.string().nullable(),
  port: z.number().int().nullable(),
  /** Freshness of the machine; null for the service row. */
  heardAt: TimeSchema.nullable(),
})
export type BoardRow = z.infer<typeof BoardRowSchema>

export { type ApprovalRule, ApprovalRuleSchema, type ApprovalView, ApprovalViewSchema, type CommentView, CommentViewSchema }

/** A unit of the stage as its machine reports it, beside a record. */
export const UnitNowSchema = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  transition: z.string().nullable(),
  held: z.boolean(),
  code: z.string().nullable(),
  exitCode: z.number().int().nullable(),
  release: ReleaseRefSchema.nullable(),
  machineName: z.string().nullable(),
  endpoint: z.string().nullable(),
  heardAt: TimeSchema.nullable(),
})
export type UnitNow = z.infer<typeof UnitNowSchema>

/** The same of pods: what a cluster shows of a placement. */
export const ClusterNowSchema = WorkloadViewSchema.pick({
  state: true,
  held: true,
  heardAt: true,
  available: true,
  desired: true,
  release: true,
}).extend({ placementId: z.string(), cluster: z.string() })
export type ClusterNow = z.infer<typeof ClusterNowSchema>

export const deployActs = [
  'approve',
  'reject',
  'withdraw',
  'override',
  'pause',
  'resume',
  'cancel',
  'give_up',
  'retry',
  'roll_back',
  'cancel_and_roll_back',
  'accept',
  'comment',
] as const
export type DeployAct = (typeof deployActs)[number]

export const DeployViewSchema = DeployRowSchema.extend({
  /** Null: the platform's own. */
  organizationSlug: z.string().nullable(),
  runtimeNames: z.array(z.object({ id: z.string(), name: z.string(), kind: z.enum(['pool', 'cluster']) })),
  units: z.number().int(),
  expectedHash: z.string().nullable(),
  onFailure: z.enum(['stop', 'roll_back']),
  maxUnavailable: z.number().int(),
  /** What must have been done by somebody: expiry, end of a pause, give-up; null when ended. */
  deadlineAt: TimeSchema.nullable(),
  queuedAt: TimeSchema.nullable(),
  summary: PlanSummarySchema.nullable(),
  board: z.object({ rows: z.array(BoardRowSchema), tasks: z.array(TaskViewSchema) }),
  now: z.array(UnitNowSchema),
  clustersNow: z.array(ClusterNowSchema),
  approvalRule: ApprovalRuleSchema,
  decisions: z.array(ApprovalViewSchema),
  comments: z.array(CommentViewSchema),
  /** Set when an approval became void by another plan; what changed. */
  planChange: PlanChangeSchema.nullable(),
  related: z.object({
    retryOf: DeployRefSchema.nullable(),
    retriedBy: DeployRefSchema.nullable(),
    rollbackOf: DeployRefSchema.nullable(),
    rolledBackBy: DeployRefSchema.nullable(),
    replaces: z.array(DeployRefSchema),
    supersededBy: DeployRefSchema.nullable(),
    promotedFrom: DeployRefSchema.nullable(),
    /** The group's deploy it is a part of. */
    partOf: DeployRefSchema.nullable(),
    lastGood: DeployRefSchema.nullable(),
  }),
  /** Of a group's deploy: one a service, in their order. */
  parts: z.array(DeployRowSchema),
  /** Release that "Roll back" would go to; null when there is none. */
  rollBackTo: ReleaseRefSchema.nullable(),
  ledger: z.array(LeftBehindSchema),
  gates: z.record(z.enum(deployActs), GateSchema),
  log: z.object({ lines: z.number().int(), keptUntil: TimeSchema, truncated: z.boolean() }),
  /** Raised by every row of this record that changes; the live stream carries it. */
  revision: z.number().int(),
  /** The server's clock when this was read, so that ages are right on any computer. */
  asOf: TimeSchema,
})
export type DeployView = z.infer<typeof DeployViewSchema>

/** Parts that only one tab shows, read when it opens. */
export const DeployDetailSchema = z.object({ diff: PlanDiffSchema, document: z.unknown(), events: z.array(EventViewSchema) })
export type DeployDetail = z.infer<typeof DeployDetailSchema>

/** The preview of a request: what the plan would be if asked for now. */
export const PlanPreviewSchema = z.object({
  hash: z.string(),
  /** Sent back with the request; another plan then answers 409 `plan_changed`. */
  expectedHash: z.string(),
  title: DeployTitleSchema,
  environment: EnvironmentSchema,
  summary: PlanSummarySchema,
  diff: PlanDiffSchema,
  approval: ApprovalRuleSchema,
})
export type PlanPreview = z.infer<typeof PlanPreviewSchema>

export const ApprovalCardSchema = DeployRowSchema.extend({
  summary: PlanSummarySchema.nullable(),
  approvalRule: ApprovalRuleSchema,
  planChange: PlanChangeSchema.nullable(),
  voided: z.array(ApprovalViewSchema),
  gates: z.object({ approve: GateSchema, reject: GateSchema, withdraw: GateSchema }),
})
export type ApprovalCard = z.infer<typeof ApprovalCardSchema>

export const ApprovalsViewSchema = z.object({
  tab: z.enum(['mine', 'others', 'decided', 'reviews']),
  /** `reviews`: overrides that nobody has looked at yet. */
  counts: z.object({ mine: z.number().int(), others: z.number().int(), reviews: z.number().int() }),
  cards: z.array(ApprovalCardSchema),
  /** Cursors to more cards. */
  next: z.string().nullable(),
  previous: z.string().nullable(),
  decided: pageOf(z.object({ deploy: DeployRowSchema, approval: ApprovalViewSchema })).nullable(),
  reviews: z.array(z.object({ deploy: DeployRowSchema, approval: ApprovalViewSchema, gate: GateSchema })),
  asOf: TimeSchema,
})
export type ApprovalsView = z.infer<typeof ApprovalsViewSchema>
