import { splitWords } from '@/components/terminals/split-words'
import type { InitPackage } from '@/lib/init/views'
import { InitCheck, type InitKind } from '@/lib/protocol/init'
import { type PolicyField, policyFields } from './policy-fields'

/** What stands in the fields: texts as they are typed, and `yes` where a switch is on. */
export type PolicyDraft = Readonly<Record<string, string>>

const join = (words: readonly string[]): string => words.map((word) => (/[\s"']/.test(word) || word === '' ? `"${word}"` : word)).join(' ')

/** The fields of a policy that is there, or of a new one. */
export function draftOf(kind: InitKind, check?: InitCheck): PolicyDraft {
  const known = (check?.kind === kind ? check : {}) as Record<string, unknown>
  return Object.fromEntries(policyFields[kind].map((field) => [field.key, check ? textOf(field, known[field.key]) : (field.start ?? '')]))
}

function textOf({ type, scale = 1 }: PolicyField, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (type === 'switch') return value ? 'yes' : ''
  if (type === 'list') return (value as string[]).join(', ')
  if (type === 'words') return join(value as string[])
  return type === 'number' ? String((value as number) / scale) : String(value)
}

export interface ReadDraft {
  /** Null while something is wrong. */
  readonly check: InitCheck | null
  /** Keys of the fields that are wrong. */
  readonly wrong: readonly string[]
}

/** Judged by the schema that the server uses. */
export function readDraft(kind: InitKind, draft: PolicyDraft, packages: readonly InitPackage[]): ReadDraft {
  const parts = policyFields[kind].map((field) => [field.key, readField(field, draft[field.key] ?? '')] as const)
  const chosen = packages.find(({ digest }) => digest === draft.digest)
  const parsed = InitCheck.safeParse({ kind, ...Object.fromEntries(parts), ...(kind === 'package' ? chosen : {}) })
  if (parsed.success) return { check: parsed.data, wrong: [] }
  const keys = policyFields[kind].map(({ key }) => key)
  const wrong = parsed.error.issues.map(({ path: [first] }) => String(first)).map((key) => (keys.includes(key) ? key : 'digest'))
  return { check: null, wrong: [...new Set(wrong)] }
}

function readField({ type, optional, scale = 1 }: PolicyField, text: string): unknown {
  const clean = text.trim()
  if (type === 'switch') return text === 'yes'
  if (type === 'list') return clean.split(/[\s,]+/).filter(Boolean)
  if (type === 'words') return splitWords(clean) ?? []
  if (clean === '' && optional) return null
  return type === 'number' ? (/^\d+([.,]\d+)?$/.test(clean) ? Number(clean.replace(',', '.')) * scale : Number.NaN) : clean
}
