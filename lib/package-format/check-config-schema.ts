import { RE2JS } from 're2js'
import { applyEffectNames, type ConfigSchema, isObject, validateConfig, valueAt } from './config-schema'

export type SchemaFinding = { path: (string | number)[]; rule: string; message: string }

const plainKeywords = new Set(
  `type title description default examples enum const required minimum maximum exclusiveMinimum exclusiveMaximum multipleOf
  minLength maxLength pattern format minItems maxItems uniqueItems minProperties maxProperties dependentRequired
  readOnly deprecated $schema $comment $ref`.split(/\s+/),
)
const schemaKeywords = new Set(['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains'])
const listKeywords = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])
const mapKeywords = new Set(['properties', '$defs'])
const formats = new Set(['date', 'time', 'date-time', 'duration', 'uri', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'])
const types = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'])
const fieldName = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/

/** Visits through references count too, so that references which double at each step cannot blow up. */
const mostVisits = 5000
const mostDepth = 24

type Visit = { root: ConfigSchema; findings: SchemaFinding[]; visits: number }

/** What a package's `config` may say: the part of JSON Schema 2020-12 that forms can show and that is checked in bounded time. */
export function checkConfigSchema(schema: ConfigSchema): SchemaFinding[] {
  const visit: Visit = { root: schema, findings: [], visits: 0 }
  if (schema.type !== 'object') visit.findings.push({ path: [], rule: 'config_type', message: 'config must have type: object' })
  walk(visit, schema, [], [])
  if (visit.visits > mostVisits)
    visit.findings.push({ path: [], rule: 'config_size', message: 'config is too large or refers to itself too often' })
  if (visit.findings.length === 0) checkDefaults(visit)
  return visit.findings
}

function walk(visit: Visit, node: unknown, path: (string | number)[], refs: string[]): void {
  visit.visits += 1
  if (visit.visits > mostVisits) return
  const add = (rule: string, message: string, at: (string | number)[] = []) =>
    visit.findings.push({ path: [...path, ...at], rule, message })
  if (typeof node === 'boolean') return
  if (!isObject(node)) return void add('config_schema', 'must be a schema')
  if (path.length > mostDepth * 2) return void add('config_depth', 'is nested too deep')
  for (const [key, value] of Object.entries(node)) {
    if (schemaKeywords.has(key)) walk(visit, value, [...path, key], refs)
    else if (listKeywords.has(key)) walkList(visit, value, [...path, key], refs)
    else if (mapKeywords.has(key)) walkMap(visit, value, [...path, key], refs)
    else if (!plainKeywords.has(key) && !key.startsWith('x-')) add('config_keyword', `${key} is not supported here`, [key])
  }
  checkKeywords(node, add)
  if (node.$ref !== undefined) followReference(visit, node.$ref, path, refs)
}

function walkList(visit: Visit, value: unknown, path: (string | number)[], refs: string[]): void {
  if (!Array.isArray(value)) return void visit.findings.push({ path, rule: 'config_schema', message: 'must be a list of schemas' })
  for (const [index, item] of value.entries()) walk(visit, item, [...path, index], refs)
}

function walkMap(visit: Visit, value: unknown, path: (string | number)[], refs: string[]): void {
  if (!isObject(value)) return void visit.findings.push({ path, rule: 'config_schema', message: 'must map names to schemas' })
  for (const [key, item] of Object.entries(value)) {
    if (!fieldName.test(key) || ['constructor', 'prototype'].includes(key)) {
      visit.findings.push({ path: [...path, key], rule: 'config_field_name', message: `${key} is not a field name` })
    }
    walk(visit, item, [...path, key], refs)
  }
}

function checkKeywords(node: Record<string, unknown>, add: (rule: string, message: string, at?: (string | number)[]) => void): void {
  const { type, pattern, format } = node
  const named = Array.isArray(type) ? type : type === undefined ? [] : [type]
  if (named.some((name) => !types.has(String(name)))) add('config_type', `${JSON.stringify(type)} is not a type`, ['type'])
  if (pattern !== undefined) {
    const reason = whyNotPattern(pattern)
    if (reason) add('config_pattern', reason, ['pattern'])
  }
  if (format !== undefined && !formats.has(String(format))) add('config_format', `format ${format} is not known`, ['format'])
  const effect = node['x-apply']
  if (effect !== undefined && !applyEffectNames.some((name) => name === effect)) {
    add('config_apply', `x-apply must be one of ${applyEffectNames.join(', ')}`, ['x-apply'])
  }
  if (node['x-secret'] !== undefined && (node['x-secret'] !== true || type !== 'string')) {
    add('config_secret', 'x-secret must be true, on a field of type string', ['x-secret'])
  }
  if (node['x-secret'] === true && node.default !== undefined) add('config_secret', 'a secret must not have a default', ['default'])
}

function whyNotPattern(pattern: unknown): string | undefined {
  if (typeof pattern !== 'string' || pattern.length > 500) return 'must be a pattern of at most 500 characters'
  try {
    RE2JS.compile(pattern)
    return undefined
  } catch (error) {
    return `does not compile as an RE2 pattern: ${error instanceof Error ? error.message : 'unknown reason'}`
  }
}

function followReference(visit: Visit, ref: unknown, path: (string | number)[], refs: string[]): void {
  const add = (rule: string, message: string) => visit.findings.push({ path: [...path, '$ref'], rule, message })
  if (typeof ref !== 'string' || !/^#\/[A-Za-z0-9_$/-]*$/.test(ref))
    return void add('config_ref', 'only references inside this schema (#/…) are allowed')
  if (refs.includes(ref)) return void add('config_ref', `${ref} refers to itself`)
  const target = valueAt(visit.root, ref)
  if (target === undefined) return void add('config_ref', `there is nothing at ${ref}`)
  const before = visit.findings.length
  walk(visit, target, path, [...refs, ref])
  // The target is reported where it stands; here only a circle that runs through this place is news.
  visit.findings.splice(before, Infinity, ...visit.findings.slice(before).filter(({ rule }) => rule === 'config_ref'))
}

function checkDefaults(visit: Visit): void {
  const properties = isObject(visit.root.properties) ? visit.root.properties : {}
  for (const [key, property] of Object.entries(properties)) {
    if (!isObject(property) || property.default === undefined) continue
    const alone = { $defs: visit.root.$defs ?? {}, type: 'object', properties: { [key]: property } }
    for (const { message } of validateConfig(alone, { [key]: property.default })) {
      visit.findings.push({ path: ['properties', key, 'default'], rule: 'config_default', message: `the default ${message}` })
    }
  }
}
