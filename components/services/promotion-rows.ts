import type { PromotionView } from '@/lib/services/views'
import { fieldsOf, type SchemaField } from './schema-fields'
import { isSame, type Values, valueAt } from './value-path'

export interface PromotionRow {
  key: string
  title: string
  test: string
  now: string
  after: string
  /** Production has its own, and keeps it. */
  isOwn: boolean
  isChanged: boolean
}

const textOf = (value: unknown, { secret }: SchemaField) => {
  if (value === undefined || value === null) return '–'
  if (secret) return '••••••'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Field by field: what test has, what production has, and what it would have. Alike ones are left out. */
export function promotionRows({ source, target }: Pick<PromotionView, 'source' | 'target'>): PromotionRow[] {
  const test: Values = { ...source?.values, ...source?.overlay }
  const now: Values = { ...target?.values, ...target?.overlay }
  const own: Values = target?.overlay ?? {}
  return fieldsOf(source?.schema ?? {}).flatMap((field): PromotionRow[] => {
    const isOwn = field.secret ? valueAt(now, field.path) !== undefined : valueAt(own, field.path) !== undefined
    const before = valueAt(now, field.path)
    const after = field.secret ? before : (valueAt(isOwn ? own : (source?.values ?? {}), field.path) ?? field.default)
    const isChanged = !isSame(before, after)
    if (!isChanged && isSame(valueAt(test, field.path), after)) return []
    return [
      {
        key: field.key,
        title: field.title,
        test: textOf(valueAt(test, field.path), field),
        now: textOf(before, field),
        after: textOf(after, field),
        isOwn,
        isChanged,
      },
    ]
  })
}

/** Secrets that test has and production has not: each needs a value of its own. */
export const lackingSecrets = ({ source, target }: Pick<PromotionView, 'source' | 'target'>): SchemaField[] =>
  fieldsOf(source?.schema ?? {}).filter(
    (field) =>
      field.secret &&
      valueAt({ ...source?.values, ...source?.overlay }, field.path) !== undefined &&
      valueAt({ ...target?.values, ...target?.overlay }, field.path) === undefined,
  )
