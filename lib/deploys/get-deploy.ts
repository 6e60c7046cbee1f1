import type { Actor } from '@/lib/auth/actor'
import { can } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { DeployRecord, DeployTarget, Task } from '@/lib/db/generated/client'
import { iso, isoOrNull } from '@/lib/iso-time'
import { saidOf } from '@/lib/ledger/words'
import { type LogFacts, readLogFacts } from '@/lib/logs/log-facts'
import { logsKeptDays } from '@/lib/pace'
import { approvalRules } from './approval-rules'
import { changedPlan } from './changed-plan'
import { clustersNow } from './clusters-now'
import { commentsOf } from './comment-deploy'
import { deployBoard } from './deploy-board'
import { deployGates } from './deploy-gates'
import { deployRows } from './deploy-rows'
import { releaseRefs } from './deploy-views'
import { estimateRecord, estimateVerbs } from './estimate-tasks'
import { type DeployAddress, findRecord } from './find-record'
import { partsOf } from './group/parts'
import { listDecisions } from './list-decisions'
import { PlanSummarySchema } from './plan-views'
import { relatedDeploys } from './related-deploys'
import { isFirst } from './roll-back-deploy'
import { isOfStage } from './stage-record'
import { unitsNow } from './units-now'
import type { ApprovalRule, DeployRow, DeployView } from './views'

/** One record as its page shows it, gates included. */
export async function getDeploy(actor: Actor, address: DeployAddress): Promise<DeployView> {
  const record = await findRecord(actor, address)
  const parts = await loadParts(actor, record)
  const { row, plan, tasks, targets, log, medians, decisions, rule, now } = parts
  const releaseBefore = beforeOf(record, targets)
  const [board, planChange, gates, releases, runtimes] = await Promise.all([
    deployBoard({ record, tasks, targets, log, medians, notes: plan?.notes }),
    changedPlan(record, decisions),
    deployGates(actor, {
      record,
      rule,
      decisions,
      heldUnits: now.filter((unit) => unit.held).length,
      hasReleaseBefore: releaseBefore !== null || isFirst(record),
    }),
    releaseRefs(db, [releaseBefore]),
    db.runtime.findMany({
      where: { id: { in: targets.map((target) => target.runtimeId) } },
      select: { id: true, name: true, kind: true },
      orderBy: { name: 'asc' },
    }),
  ])
  const summary = plan ? PlanSummarySchema.parse(plan.summary) : null
  return {
    ...row,
    organizationSlug: address.organization,
    runtimeNames: runtimes,
    units: new Set(tasks.flatMap((task) => task.unitName ?? [])).size || (row.title.toCount ?? 0),
    expectedHash: plan?.expectedHash ?? null,
    onFailure: record.onFailure === 'roll_back' ? 'roll_back' : 'stop',
    maxUnavailable: record.maxUnavailable,
    deadlineAt: record.endedAt ? null : isoOrNull(record.deadlineAt),
    queuedAt: isoOrNull(record.queuedAt),
    summary: summary && { ...summary, estimateMs: summary.estimateMs ?? estimateRecord(tasks, medians) },
    board,
    now,
    clustersNow: parts.clustersNow,
    approvalRule: rule,
    decisions,
    comments: parts.comments,
    planChange,
    related: parts.related,
    parts: parts.ofGroup,
    rollBackTo: releases.get(releaseBefore ?? '') ?? null,
    ledger: parts.ledger,
    gates,
    log: { lines: log.lines, keptUntil: keptUntil(record), truncated: log.truncated },
    revision: record.revision,
    asOf: iso(clock.now()),
  }
}

interface Parts {
  readonly row: DeployRow
  readonly plan: { summary: unknown; notes: unknown; expectedHash: string } | null
  readonly tasks: Task[]
  readonly targets: DeployTarget[]
  readonly log: LogFacts
  readonly medians: Map<string, number>
  readonly decisions: DeployView['decisions']
  readonly rule: ApprovalRule
  readonly related: DeployView['related']
  readonly ofGroup: DeployRow[]
  readonly now: DeployView['now']
  readonly clustersNow: DeployView['clustersNow']
  readonly ledger: DeployView['ledger']
  readonly comments: DeployView['comments']
}

async function loadParts(actor: Actor, record: DeployRecord): Promise<Parts> {
  const [rows, plan, tasks, targets, log, medians, decisions, rules, related, now, pods, ledger, comments, ofGroup] = await Promise.all([
    deployRows(actor, [record]),
    record.planId
      ? db.plan.findUnique({ where: { id: record.planId }, select: { summary: true, notes: true, expectedHash: true } })
      : Promise.resolve(null),
    // Targets of a command are thousands, and are read by themselves.
    isOfStage(record) ? db.task.findMany({ where: { recordId: record.id }, orderBy: { index: 'asc' } }) : [],
    db.deployTarget.findMany({ where: { recordId: record.id } }),
    readLogFacts(record.id),
    estimateVerbs(record),
    listDecisions([record], { showsAddresses: can(actor, 'audit.see', record) }),
    approvalRules(actor, [record]),
    relatedDeploys(record),
    unitsNow(record),
    clustersNow(record),
    loadLedger(record.id),
    commentsOf(record.id),
    record.groupId ? partsOf(db, record.id).then((all) => deployRows(actor, all)) : [],
  ])
  return {
    row: rows[0] as DeployRow,
    plan,
    tasks,
    targets,
    log,
    medians,
    decisions: decisions.get(record.id) ?? [],
    rule: rules.get(record.id) as ApprovalRule,
    related,
    now,
    clustersNow: pods,
    ledger,
    comments,
    ofGroup,
  }
}

/** What "Roll back" goes to: what the placements had before, by the same rule as the use case. */
const beforeOf = (record: DeployRecord, targets: readonly DeployTarget[]): string | null =>
  targets.find((target) => target.fromReleaseId)?.fromReleaseId ?? record.fromReleaseId

async function loadLedger(recordId: string): Promise<DeployView['ledger']> {
  const lines = await db.ledger.findMany({ where: { recordId, closedAt: null }, orderBy: { at: 'asc' }, take: 200 })
  const machines = await db.machine.findMany({
    where: { id: { in: lines.flatMap((line) => line.machineId ?? []) } },
    select: { id: true, name: true },
  })
  const nameOf = new Map(machines.map((machine) => [machine.id, machine.name]))
  return lines.map(({ id, kind, what, why, said, machineId }) => ({
    id,
    kind,
    what,
    why,
    said: saidOf({ said }),
    machineName: nameOf.get(machineId ?? '') ?? null,
  }))
}

const dayMs = 24 * 3_600_000
const keptUntil = (record: DeployRecord): string => iso(new Date((record.endedAt ?? clock.now()).getTime() + logsKeptDays * dayMs))
