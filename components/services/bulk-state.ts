import type { PlanPreview } from '@/lib/deploys/views'
import type { ServiceChange, ServiceRow } from '@/lib/services/views'
import type { ActionResult, Gate, PublicError } from '@/lib/views'

export const bulkVerbs = ['restart', 'scale', 'remove'] as const
export type BulkVerb = (typeof bulkVerbs)[number]

/** What all of the selected services shall become. */
export interface BulkInput {
  readonly count: string
  readonly keepData: boolean
}

/** One selected service on its way to a deploy of its own. */
export interface BulkItem {
  readonly row: ServiceRow
  /** refused: no plan; failed: planned, but not taken; unsure: sent, and no answer came. */
  readonly step: 'planning' | 'ready' | 'refused' | 'asking' | 'asked' | 'failed' | 'unsure'
  readonly plan?: PlanPreview
  readonly error?: PublicError
  /** The page knew already that it may not be done. */
  readonly gate?: Gate
  readonly number?: number
  /** What was sent, and under which key: asked again word for word, it is done once. */
  readonly sent?: { readonly key: string; readonly body: ServiceChange }
  /** Sent once more after no answer came. */
  readonly isAgain?: boolean
}

export const isCount = (text: string): boolean => /^\d{1,4}$/.test(text) && Number(text) <= 1000

/** The count that all placements have in common; '' where they differ. */
export function commonCount(rows: readonly ServiceRow[]): string {
  const counts = new Set(rows.flatMap((row) => row.placements.map((placement) => placement.wanted)))
  return counts.size === 1 ? String([...counts][0]) : ''
}

export function changeOf(verb: BulkVerb, row: ServiceRow, { count, keepData }: BulkInput): ServiceChange {
  const base = { stageId: row.stageId, kind: verb }
  if (verb === 'scale') return { ...base, counts: Object.fromEntries(row.placements.map((one) => [one.id, Number(count)])) }
  return verb === 'remove' ? { ...base, keepData } : base
}

export const startItems = (verb: BulkVerb, rows: readonly ServiceRow[]): BulkItem[] =>
  rows.map((row) => {
    const gate = row.gates[verb]
    return gate.allowed ? { row, step: 'planning' } : { row, step: 'refused', gate }
  })

type Change = (item: BulkItem) => BulkItem
const only = (items: readonly BulkItem[], stageId: string, change: Change): BulkItem[] =>
  items.map((item) => (item.row.stageId === stageId ? change(item) : item))

export const withPlan = (items: readonly BulkItem[], stageId: string, result: ActionResult<PlanPreview>): BulkItem[] =>
  only(items, stageId, ({ row }) => (result.ok ? { row, step: 'ready', plan: result.data } : { row, step: 'refused', error: result.error }))

export const withSent = (items: readonly BulkItem[], stageId: string, sent: NonNullable<BulkItem['sent']>): BulkItem[] =>
  only(items, stageId, ({ row, plan, step }) => ({ row, step: 'asking', ...(plan ? { plan } : {}), sent, isAgain: step === 'unsure' }))

/** Without an answer nobody knows whether it was done; nor while the first question is still at work. */
const leavesUnsure = ({ isAgain = false }: BulkItem, { code }: PublicError) => code === 'unavailable' || (isAgain && code === 'conflict')

export const withAnswer = (items: readonly BulkItem[], stageId: string, result: ActionResult<{ number: number }>): BulkItem[] =>
  only(items, stageId, (item) => {
    if (result.ok) return { row: item.row, step: 'asked', number: result.data.number, ...(item.plan ? { plan: item.plan } : {}) }
    return { ...item, step: leavesUnsure(item, result.error) ? 'unsure' : 'failed', error: result.error }
  })

/** Another question for those that were not asked yet; what was sent stays as it was sent. */
export const replan = (items: readonly BulkItem[]): BulkItem[] =>
  items.map((item) => (item.step === 'ready' || (item.step === 'refused' && !item.gate) ? { row: item.row, step: 'planning' } : item))

const mayGoBetter = (item: BulkItem): boolean => item.step === 'failed' || (item.step === 'refused' && !item.gate)

/** Only those that failed: planned anew, except where the same words have to be sent again. */
export const retry = (items: readonly BulkItem[]): BulkItem[] =>
  items.map((item) => (mayGoBetter(item) ? { row: item.row, step: 'planning' } : item))

export const toAsk = (items: readonly BulkItem[]): BulkItem[] => items.filter((item) => item.step === 'ready' || item.step === 'unsure')

export interface BulkSummary {
  readonly planning: number
  readonly asking: number
  readonly toAsk: number
  readonly asked: number
  readonly failed: number
  /** Of the failed those that are worth another look. */
  readonly again: number
  readonly production: number
  readonly approvals: number
  readonly dataLost: number
}

export function summaryOf(items: readonly BulkItem[]): BulkSummary {
  const count = (is: (item: BulkItem) => boolean) => items.filter(is).length
  const next = toAsk(items)
  return {
    planning: count((item) => item.step === 'planning'),
    asking: count((item) => item.step === 'asking'),
    toAsk: next.length,
    asked: count((item) => item.step === 'asked'),
    failed: count((item) => item.step === 'failed' || item.step === 'refused'),
    again: count(mayGoBetter),
    production: next.filter((item) => item.row.environment === 'production').length,
    approvals: next.filter((item) => item.plan && !item.plan.approval.none).length,
    dataLost: next.filter((item) => losesData(item)).length,
  }
}

export const losesData = (item: BulkItem): boolean => (item.plan?.summary.dataLost.length ?? 0) > 0

/** What has to be typed before data is lost: the name of the one, or how many lose theirs. */
export function wordToType(items: readonly BulkItem[]): string | undefined {
  const losing = toAsk(items).filter(losesData)
  return losing.length > 1 ? `delete ${losing.length}` : losing[0]?.row.name
}
