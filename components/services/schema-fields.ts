import type { ConfigSchemaJson } from '@/lib/services/views'
import type { Values } from './value-path'

export const applies = ['live', 'reload', 'restart', 'recreate', 'fixed'] as const
export type Apply = (typeof applies)[number]

export interface SchemaField {
  /** Dotted: what people read. */
  key: string
  path: string[]
  title: string
  description: string | null
  section: string | null
  kind: 'text' | 'long' | 'number' | 'integer' | 'boolean' | 'choice' | 'list' | 'json'
  choices: string[]
  unit: string | null
  secret: boolean
  required: boolean
  apply: Apply
  default: unknown
  min: number | null
  max: number | null
  order: number
}

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)

/** `maxMemory` → "Max memory", for fields without a title. */
export const humanise = (name: string) => {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]/g, ' ')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Only local references exist in packages; a chain of them is followed a few steps, not for ever. */
function resolve(root: Json, node: Json, depth = 8): Json {
  const ref = text(node.$ref)
  if (!ref?.startsWith('#/') || depth === 0) return node
  const target = ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, part) => (isObject(at) ? at[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined), root)
  return isObject(target) ? { ...resolve(root, target, depth - 1), ...node } : node
}

function kindOf(node: Json): SchemaField['kind'] {
  if (Array.isArray(node.enum)) return 'choice'
  const type = Array.isArray(node.type) ? node.type.find((one) => one !== 'null') : node.type
  if (type === 'boolean') return 'boolean'
  if (type === 'integer') return 'integer'
  if (type === 'number') return 'number'
  if (type === 'string') return (number(node.maxLength) ?? 0) > 400 || node['x-multiline'] === true ? 'long' : 'text'
  if (type === 'array' && isObject(node.items) && (node.items.type === 'string' || node.items.type === undefined)) return 'list'
  return 'json'
}

interface Around {
  required: boolean
  section: string | null
  index: number
  applyAbove: Apply
}

function fieldOf(node: Json, path: string[], { required, section, index, applyAbove }: Around): SchemaField {
  const name = path.at(-1) ?? ''
  const apply = applies.find((one) => one === node['x-apply']) ?? applyAbove
  return {
    key: path.join('.'),
    path,
    title: text(node.title) ?? humanise(name),
    description: text(node.description),
    section: text(node['x-section']) ?? section,
    kind: kindOf(node),
    choices: Array.isArray(node.enum) ? node.enum.map(String) : [],
    unit: text(node['x-unit']),
    secret: node['x-secret'] === true,
    required,
    apply,
    default: node.default,
    min: number(node.minimum),
    max: number(node.maximum),
    order: number(node['x-order']) ?? 1000 + index,
  }
}

/** The fields of a package's schema in their order. Objects are sections; deeper ones are edited as JSON. */
export function fieldsOf(schema: ConfigSchemaJson): SchemaField[] {
  const collect = (node: Json, path: string[], section: string | null, applyAbove: Apply): SchemaField[] => {
    const required = new Set(Array.isArray(node.required) ? node.required.map(String) : [])
    const properties = isObject(node.properties) ? Object.entries(node.properties) : []
    return properties
      .flatMap(([name, raw], index): SchemaField[] => {
        if (!isObject(raw)) return []
        const child = resolve(schema, raw)
        const at = [...path, name]
        if (child.type === 'object' && isObject(child.properties) && path.length === 0) {
          const apply = applies.find((one) => one === child['x-apply']) ?? applyAbove
          return collect(child, at, text(child.title) ?? humanise(name), apply).map((field) => ({
            ...field,
            order: (number(child['x-order']) ?? 1000 + index) + field.order / 1e6,
          }))
        }
        return [fieldOf(child, at, { required: required.has(name), section, index, applyAbove })]
      })
      .sort((a, b) => a.order - b.order)
  }
  return collect(resolve(schema, schema), [], null, 'restart')
}

export interface FieldSection {
  title: string | null
  fields: SchemaField[]
  /** The same for all fields: told once, at the head. */
  apply: Apply | null
}

export function sectionsOf(fields: readonly SchemaField[]): FieldSection[] {
  const titles = [...new Set(fields.map((field) => field.section))]
  return titles.map((title) => {
    const mine = fields.filter((field) => field.section === title)
    return { title, fields: mine, apply: mine.every((field) => field.apply === mine[0]?.apply) ? (mine[0]?.apply ?? null) : null }
  })
}

/** What the package would use if nothing were said. */
export function defaultsOf(fields: readonly SchemaField[]): Values {
  const values: Values = {}
  for (const field of fields) {
    if (field.default === undefined) continue
    let at = values
    for (const part of field.path.slice(0, -1)) at = (at[part] ??= {}) as Values
    at[field.path.at(-1) ?? ''] = field.default
  }
  return values
}
