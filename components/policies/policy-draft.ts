import { type ApproverRole, type ChangeWindow, type PolicyRules, PolicyRulesSchema, type Weekday } from '@/lib/policies/schema'

/** A policy as it is typed: nothing of it need be right yet. */
export interface PolicyDraft {
  approvals: string
  roles: ApproverRole[]
  windows: ChangeWindow[]
  freezes: { from: string; to: string; reason: string }[]
  /** Empty = as long as the platform lets people decide. */
  expiryHours: string
}

const pad = (n: number) => String(n).padStart(2, '0')

/** What the browser's own field shows: local time without a zone. */
const localText = (iso: string): string => {
  const at = new Date(iso)
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:${pad(at.getMinutes())}`
}

const isoText = (local: string): string => {
  const at = new Date(local)
  return Number.isNaN(at.getTime()) ? local : at.toISOString()
}

export const draftOf = (rules: PolicyRules): PolicyDraft => ({
  approvals: String(rules.approvals),
  roles: [...rules.roles],
  windows: rules.windows.map((window) => ({ ...window })),
  freezes: rules.freezes.map(({ from, to, reason }) => ({ from: localText(from), to: localText(to), reason })),
  expiryHours: rules.expiryHours === null ? '' : String(rules.expiryHours),
})

const week: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri']

export const newWindow = (zone: string): ChangeWindow => ({ days: [...week], from: '09:00', to: '17:00', zone })

/** A day from tomorrow on. */
export function newFreeze(): PolicyDraft['freezes'][number] {
  const at = new Date()
  at.setHours(0, 0, 0, 0)
  const dayOf = (ahead: number) => localText(new Date(at.getFullYear(), at.getMonth(), at.getDate() + ahead).toISOString())
  return { from: dayOf(1), to: dayOf(2), reason: '' }
}

const numberOf = (text: string): number => (/^\d{1,4}$/.test(text.trim()) ? Number(text) : Number.NaN)

export type ReadDraft = { ok: true; rules: PolicyRules } | { ok: false; errors: Record<string, string> }

/** The same schema as the server's, with what is wrong by the place where it stands. */
export function readDraft(draft: PolicyDraft): ReadDraft {
  const parsed = PolicyRulesSchema.safeParse({
    approvals: numberOf(draft.approvals),
    roles: draft.roles,
    windows: draft.windows,
    freezes: draft.freezes.map(({ from, to, reason }) => ({ from: isoText(from), to: isoText(to), reason })),
    expiryHours: draft.expiryHours.trim() === '' ? null : numberOf(draft.expiryHours),
  })
  if (parsed.success) return { ok: true, rules: parsed.data }
  return { ok: false, errors: Object.fromEntries(parsed.error.issues.map((issue) => [placeOf(issue.path), issue.message])) }
}

/** `windows.0.to`: a list is named by its row and field, the rest by themselves. */
const placeOf = (path: readonly PropertyKey[]): string => path.slice(0, 3).join('.')
