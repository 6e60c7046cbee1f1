import { checkConfigSchema } from './check-config-schema'
import { type ConfigSchema, isObject, valueAt } from './config-schema'

const fieldName = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/
const plain = ['title', 'description', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern'] as const
const longest = { title: 200, description: 2_000 }
const deepest = 12

type Json = Record<string, unknown>

/**
 * The form of a chart: what its values.yaml holds, told more precisely by its values.schema.json. What a form cannot show is left out of
 * it and not forbidden: Helm checks values against the whole schema when it renders. Defaults are shown and never stored, so that those
 * of a later chart reach whoever never touched them.
 */
export function chartConfig(values: unknown, schema: unknown): ConfigSchema {
  const root = isObject(schema) ? schema : {}
  const given = isObject(values) ? values : {}
  const said = isObject(root.properties) ? root.properties : {}
  const keys = [...new Set([...Object.keys(given), ...Object.keys(said)])]
  const properties = Object.fromEntries(
    keys.flatMap((key, at): [string, Json][] => {
      if (!fieldName.test(key)) return []
      const field = fieldOf(given[key], follow(root, said[key]), { root, depth: 0 })
      return [[key, { ...field, 'x-order': at + 1 }]]
    }),
  )
  const required = namesIn(root.required).filter((key) => key in properties)
  const config = { type: 'object', properties, ...(required.length > 0 ? { required } : {}) }
  return checkConfigSchema(config).length === 0 ? config : safely(config)
}

/** Field by field: one that cannot be shown becomes a text of JSON. */
function safely(config: { properties: Json; required?: string[] } & ConfigSchema): ConfigSchema {
  const properties = Object.fromEntries(
    Object.entries(config.properties).map(([key, field]) => {
      const alone = { type: 'object', properties: { [key]: field } }
      return [key, checkConfigSchema(alone).length === 0 ? field : { 'x-order': (field as Json)['x-order'] }]
    }),
  )
  return { ...config, properties }
}

interface At {
  readonly root: Json
  readonly depth: number
}

function fieldOf(value: unknown, node: Json, { root, depth }: At): Json {
  const type = typeOf(node.type) ?? inferred(value)
  const said = Object.fromEntries(plain.flatMap((key) => (fits(key, node[key]) ? [[key, node[key]]] : [])))
  const base = { ...(type ? { type } : {}), ...said, ...choicesOf(node.enum) }
  const isSecret = depth === 0 && type === 'string' && (node.writeOnly === true || node.format === 'password' || node['x-secret'] === true)
  if (isSecret) return { ...base, 'x-secret': true }
  if (type !== 'object') return { ...base, ...(value === undefined || value === null ? {} : { default: value }) }
  const known = isObject(node.properties) ? node.properties : {}
  const given = isObject(value) ? value : {}
  const keys = [...new Set([...Object.keys(given), ...Object.keys(known)])]
  // Names that no form has, and maps that are empty by themselves, are written as a whole.
  if (depth >= deepest || keys.length === 0 || keys.some((key) => !fieldName.test(key)))
    return { ...base, ...(value === undefined ? {} : { default: value }) }
  const properties = keys.map((key, at) => [
    key,
    { ...fieldOf(given[key], follow(root, known[key]), { root, depth: depth + 1 }), 'x-order': at + 1 },
  ])
  const required = namesIn(node.required).filter((key) => keys.includes(key))
  return { ...base, properties: Object.fromEntries(properties), ...(required.length > 0 ? { required } : {}) }
}

function follow(root: Json, node: unknown, left = 8): Json {
  if (!isObject(node)) return {}
  if (typeof node.$ref !== 'string' || left === 0) return node
  const target = node.$ref.startsWith('#/') ? valueAt(root, node.$ref) : undefined
  const { $ref: _ref, ...beside } = node
  return { ...follow(root, target, left - 1), ...beside }
}

const types = ['object', 'array', 'string', 'number', 'integer', 'boolean']

/** One type is shown; of several none is insisted on. */
const typeOf = (type: unknown): string | undefined => (typeof type === 'string' && types.includes(type) ? type : undefined)

/** What a default shows. A whole number may as well be a fraction, and what is null may be anything. */
function inferred(value: unknown): string | undefined {
  if (Array.isArray(value)) return 'array'
  if (isObject(value)) return 'object'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'string') return 'string'
  return undefined
}

const fits = (key: (typeof plain)[number], value: unknown): boolean =>
  key === 'title' || key === 'description'
    ? typeof value === 'string' && value.length <= longest[key]
    : key === 'pattern'
      ? typeof value === 'string'
      : typeof value === 'number'

const choicesOf = (choices: unknown): Json =>
  Array.isArray(choices) && choices.length > 0 && choices.every((one) => typeof one === 'string') ? { enum: choices } : {}

const namesIn = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [])
