import { type ConfigForm, formKey } from './config-form'
import { defaultsOf, type SchemaField } from './schema-fields'
import { isSame, type Values, valueAt, withValue } from './value-path'

/** What a text means for its field; what cannot be read stays a text, so that validation can say why. */
function read(field: SchemaField, typed: unknown): unknown {
  if (typed === undefined || typed === null) return undefined
  if (field.kind === 'list') return Array.isArray(typed) ? typed.map((line) => String(line).trim()).filter(Boolean) : typed
  if (typeof typed !== 'string') return typed
  if (field.kind === 'integer' || field.kind === 'number') return /^-?\d+(\.\d+)?$/.test(typed.trim()) ? Number(typed) : typed
  if (field.kind === 'json') {
    try {
      return JSON.parse(typed)
    } catch {
      return typed
    }
  }
  return typed
}

/** Only what differs from the package's default: a later default reaches services that never touched the field. */
export function valuesOf(fields: readonly SchemaField[], form: Pick<ConfigForm, 'fields'>): Values {
  let values: Values = {}
  for (const field of fields) {
    if (field.secret) continue
    const value = read(field, form.fields[formKey(field)])
    if (value !== undefined && !isSame(value, field.default)) values = withValue(values, field.path, value)
  }
  return values
}

export const secretsOf = (fields: readonly SchemaField[], form: Pick<ConfigForm, 'secrets'>): Record<string, string> =>
  Object.fromEntries(
    fields.flatMap((field) => (field.secret && form.secrets[formKey(field)] ? [[field.key, form.secrets[formKey(field)] ?? '']] : [])),
  )

/** Form fields from values, e.g. of the release in force or of a YAML text. */
export function fieldsFrom(fields: readonly SchemaField[], values: Values): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      if (field.secret) return []
      const value = valueAt(values, field.path)
      if (value === undefined) return []
      return [[formKey(field), field.kind === 'json' ? JSON.stringify(value, null, 2) : typeof value === 'number' ? String(value) : value]]
    }),
  )
}

const merge = (below: Values, above: Values): Values => {
  const merged: Values = { ...below }
  for (const [key, value] of Object.entries(above)) {
    const before = merged[key]
    const both =
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      typeof before === 'object' &&
      before !== null &&
      !Array.isArray(before)
    merged[key] = both ? merge(before as Values, value as Values) : value
  }
  return merged
}

/** What would be rendered: defaults, then what was said; a secret that was typed or is kept counts as set. */
export function completeValues(
  fields: readonly SchemaField[],
  values: Values,
  secrets: Record<string, string>,
  kept: readonly string[] = [],
): Values {
  let all = merge(defaultsOf(fields), values)
  for (const field of fields)
    if (field.secret && (secrets[field.key] || kept.includes(field.key))) all = withValue(all, field.path, 'secret:pending')
  return all
}

/** Of complete values, what differs from a base, by key of the top: exactly what an environment has for itself. */
export function ownValues(fields: readonly SchemaField[], complete: Values, base: Values): Values {
  const there = merge(defaultsOf(fields), base)
  const secret = new Set(fields.filter((field) => field.secret).map((field) => field.path[0]))
  return Object.fromEntries(Object.entries(complete).filter(([key, value]) => !secret.has(key) && !isSame(value, there[key])))
}

export interface ChangedField {
  key: string
  before: string
  after: string
}

const short = (value: unknown) => (value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value))

export function changedFrom(fields: readonly SchemaField[], base: Values, values: Values, secrets: Record<string, string>): ChangedField[] {
  return fields.flatMap((field): ChangedField[] => {
    if (field.secret) return secrets[field.key] ? [{ key: field.key, before: '', after: '' }] : []
    const before = valueAt(base, field.path) ?? field.default
    const after = valueAt(values, field.path) ?? field.default
    return isSame(before, after) ? [] : [{ key: field.key, before: short(before), after: short(after) }]
  })
}
