import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import type { Actor } from '@/lib/auth/actor'
import { gateOf } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { Where } from '@/lib/db/where'
import { iso } from '@/lib/iso-time'
import { findScope, type Scope, within } from '@/lib/organizations/find-scope'
import { orderOf, type PageAsk, PageAskSchema, parseAsk, type Turned, toPage, turnOf } from '@/lib/page'
import { approvalRules } from './approval-rules'
import { changedPlan } from './changed-plan'
import { deployGates } from './deploy-gates'
import { deployRows } from './deploy-rows'
import { listDecisions } from './list-decisions'
import { PlanSummarySchema } from './plan-views'
import { countReviews, findReviews, whyNotReview } from './review-override'
import { splitWaiting } from './split-waiting'
import type { ApprovalCard, ApprovalsView } from './views'

export const ListApprovalsSchema = PageAskSchema.extend({
  organization: z.string(),
  application: z.string().optional(),
  tab: z.enum(['mine', 'others', 'decided', 'reviews']).default('mine'),
})
export type ListApprovalsInput = z.input<typeof ListApprovalsSchema>

const cardsOnPage = 30
const NumberSchema = z.int()

/** What waits for the reader, what waits for others, and what was decided. */
export async function listApprovals(actor: Actor, input: ListApprovalsInput): Promise<ApprovalsView> {
  const ask = parseAsk(ListApprovalsSchema, input)
  const scope = await findScope(actor, ask)
  const { mine, others } = await splitWaiting(actor, scope)
  const cards = ask.tab === 'mine' || ask.tab === 'others' ? pageOfWaiting(ask.tab === 'mine' ? mine : others, ask) : null
  return {
    tab: ask.tab,
    counts: { mine: mine.length, others: others.length, reviews: await countReviews(scope) },
    cards: cards ? await cardsOf(actor, cards.rows) : [],
    next: cards?.next ?? null,
    previous: cards?.previous ?? null,
    decided: ask.tab === 'decided' ? await listDecided(actor, scope, ask) : null,
    reviews: ask.tab === 'reviews' ? await listReviews(actor, scope) : [],
    asOf: iso(clock.now()),
  }
}

/** Cards are turned by the numbers of their records: what is decided meanwhile moves nothing to where it was seen already. */
function pageOfWaiting(waiting: readonly DeployRecord[], ask: PageAsk): Turned<DeployRecord> {
  const turn = turnOf(ask, NumberSchema, cardsOnPage)
  const { key, isBackwards } = turn
  const inOrder = isBackwards ? [...waiting].reverse() : waiting
  const found = inOrder.filter(({ number }) => key === null || (isBackwards ? number < key : number > key))
  return toPage(found.slice(0, turn.limit + 1), turn, (record) => record.number)
}

async function cardsOf(actor: Actor, records: readonly DeployRecord[]): Promise<ApprovalCard[]> {
  const [first] = records
  if (!first) return []
  const rows = await deployRows(actor, records)
  const [rules, decisions, plans, replanned, people] = await Promise.all([
    approvalRules(actor, records),
    listDecisions(records),
    db.plan.findMany({
      where: { id: { in: records.flatMap((record) => record.planId ?? []) } },
      select: { recordId: true, summary: true },
    }),
    findReplanned(records),
    listMembers(first.organizationId ?? ''),
  ])
  const summaries = new Map(plans.map((plan) => [plan.recordId, PlanSummarySchema.parse(plan.summary)]))
  const cards = rows.map(async (row): Promise<ApprovalCard[]> => {
    const record = records.find((one) => one.id === row.id)
    const rule = rules.get(row.id)
    if (!record || !rule) return []
    const decided = decisions.get(row.id) ?? []
    const voided = decided.filter((decision) => decision.standing === 'void')
    const gates = await deployGates(actor, { record, rule, decisions: decided, heldUnits: 0, hasReleaseBefore: false, people })
    const { approve, reject, withdraw } = gates
    return [
      {
        ...row,
        summary: summaries.get(row.id) ?? null,
        approvalRule: rule,
        planChange: replanned.has(record.id) ? await changedPlan(record, decided) : null,
        voided,
        gates: { approve, reject, withdraw },
      },
    ]
  })
  return (await Promise.all(cards)).flat()
}

/** Most plans are the first of their record; only where there was another is there a difference to show. */
async function findReplanned(records: readonly DeployRecord[]): Promise<Set<string>> {
  const counts = await db.plan.groupBy({
    by: ['recordId'],
    where: { recordId: { in: records.map((record) => record.id) } },
    _count: { _all: true },
  })
  return new Set(counts.filter((count) => count._count._all > 1).map((count) => count.recordId))
}

const KeySchema = z.tuple([z.int(), z.string()])

/** Emergencies that an owner has yet to look at. */
async function listReviews(actor: Actor, scope: Scope): Promise<ApprovalsView['reviews']> {
  const organizationId = scope.organization.id
  const found = await findReviews(scope)
  const records = [...new Map(found.map(({ record }) => [record.id, record])).values()]
  const people = await listMembers(organizationId, { roles: ['owner'] })
  const [rows, decisions] = await Promise.all([deployRows(actor, records), listDecisions(records)])
  const owners = people.map((person) => person.id)
  return found.flatMap(({ id, recordId, userId, reviewedAt }) => {
    const deploy = rows.find((row) => row.id === recordId)
    const approval = decisions.get(recordId)?.find((one) => one.id === id)
    const gate = gateOf(whyNotReview(actor, { approval: { userId, reviewedAt }, organizationId, owners }), people, { organizationId })
    return deploy && approval ? [{ deploy, approval, gate }] : []
  })
}

/** Decisions by the newest record first. */
async function listDecided(actor: Actor, scope: Scope, ask: z.output<typeof ListApprovalsSchema>): Promise<ApprovalsView['decided']> {
  const turn = turnOf(ask, KeySchema, 30)
  const { direction, operator, take } = orderOf(turn, true)
  const where = within(new Where(), scope, 'r').and('a."userId" is not null')
  if (turn.key) where.and(`(r.number, a.id) ${operator} (?::int, ?::text)`, ...turn.key)
  const { rows: found } = await pool.query<{ id: string; number: number; recordId: string }>(
    `select a.id, r.number, a."recordId" from "DeployRecord" r join "Approval" a on a."recordId" = r.id
     where ${where.text} order by r.number ${direction}, a.id ${direction} limit ${take}`,
    where.values,
  )
  const page = toPage(found, turn, (row): z.infer<typeof KeySchema> => [row.number, row.id])
  const records = await db.deployRecord.findMany({ where: { id: { in: page.rows.map((row) => row.recordId) } } })
  const [rows, decisions] = await Promise.all([deployRows(actor, records), listDecisions(records)])
  const items = page.rows.flatMap(({ id, recordId }) => {
    const deploy = rows.find((row) => row.id === recordId)
    const approval = decisions.get(recordId)?.find((one) => one.id === id)
    return deploy && approval ? [{ deploy, approval }] : []
  })
  return { items, next: page.next, previous: page.previous, total: page.total }
}
