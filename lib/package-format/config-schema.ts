import { format as formatChecks, type OutputUnit, type Schema, Validator } from '@cfworker/json-schema'
import { RE2JS } from 're2js'

/**
 * Values against a package's JSON Schema, for the server and for the browser: an interpreter, so no code is generated,
 * and no pattern of a package ever runs in RegExp, whose time is unbounded. RE2 runs them in linear time.
 */
export type ConfigSchema = Record<string, unknown>
export type ConfigFinding = { path: string; keyword: string; message: string; limit?: unknown }

const patternFormat = 're2:'

export function validateConfig(schema: ConfigSchema, values: unknown): ConfigFinding[] {
  const patterns = new Set<string>()
  const safe = withoutRegExp(schema, patterns) as Schema
  for (const pattern of patterns) formatChecks[patternFormat + pattern] = (text: string) => RE2JS.compile(pattern).matcher(text).find()
  try {
    const { errors } = new Validator(safe, '2020-12', false).validate(values)
    const secrets = secretPathsOf(schema)
    return findingsOf(errors, safe).filter(({ path }) => !(secrets.has(path) && isSecretReference(valueAt(values, path))))
  } finally {
    for (const pattern of patterns) delete formatChecks[patternFormat + pattern]
  }
}

/** In values, an `x-secret` field holds the name of a secret, never its text. */
export function isSecretReference(value: unknown): boolean {
  return typeof value === 'string' && /^secret:[A-Za-z0-9_-]{1,64}$/.test(value)
}

const plainFormats = new Set(['date', 'time', 'date-time', 'duration', 'uri', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'])

/** `pattern` becomes a `format` of ours; other formats that are not known to be cheap go. */
function withoutRegExp(node: unknown, patterns: Set<string>): unknown {
  if (Array.isArray(node)) return node.map((item) => withoutRegExp(item, patterns))
  if (!isObject(node)) return node
  const { pattern, format, patternProperties: _refused, ...rest } = node
  const safe: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(rest)) safe[key] = literalKeywords.has(key) ? value : withoutRegExp(value, patterns)
  if (isObject(pattern)) safe.pattern = withoutRegExp(pattern, patterns)
  if (isObject(format)) safe.format = withoutRegExp(format, patterns)
  if (typeof format === 'string' && plainFormats.has(format)) safe.format = format
  if (typeof pattern === 'string') {
    patterns.add(pattern)
    safe.allOf = [...(Array.isArray(safe.allOf) ? safe.allOf : []), { format: patternFormat + pattern }]
  }
  return safe
}

const literalKeywords = new Set(['default', 'const', 'enum', 'examples', 'required', 'type'])

/** Errors of these only say that something below them failed; the one below says what. */
const wrappers = new Set(['properties', 'items', 'prefixItems', '$ref', 'allOf', 'if', 'then', 'else', 'dependentSchemas', 'false'])

function findingsOf(errors: OutputUnit[], schema: Schema): ConfigFinding[] {
  const findings = new Map<string, ConfigFinding>()
  for (const error of errors) {
    if (wrappers.has(error.keyword)) continue
    const finding = findingOf(error, valueAt(schema, resolvedLocation(schema, error.keywordLocation)))
    findings.set(`${finding.path} ${finding.keyword}`, finding)
  }
  return [...findings.values()]
}

function findingOf(error: OutputUnit, limit: unknown): ConfigFinding {
  const at = error.instanceLocation.replace(/^#/, '')
  const property = /property "(.+?)"/i.exec(error.error)?.[1]
  const path =
    property !== undefined && ['required', 'additionalProperties', 'propertyNames'].includes(error.keyword)
      ? `${at}/${escapePointer(property)}`
      : at
  if (error.keyword === 'format' && typeof limit === 'string' && limit.startsWith(patternFormat)) {
    const pattern = limit.slice(patternFormat.length)
    return { path, keyword: 'pattern', message: `must match ${pattern}`, limit: pattern }
  }
  return { path, keyword: error.keyword, message: sentenceOf(error, limit), ...(limit === undefined ? {} : { limit }) }
}

const sentences: Record<string, (limit: unknown) => string> = {
  required: () => 'is required',
  additionalProperties: () => 'is not a known field',
  type: (limit) => `must be ${Array.isArray(limit) ? limit.join(' or ') : `of type ${limit}`}`,
  enum: (limit) => `must be one of ${Array.isArray(limit) ? limit.map((item) => JSON.stringify(item)).join(', ') : ''}`,
  const: (limit) => `must be ${JSON.stringify(limit)}`,
  minimum: (limit) => `must be at least ${limit}`,
  maximum: (limit) => `must be at most ${limit}`,
  exclusiveMinimum: (limit) => `must be more than ${limit}`,
  exclusiveMaximum: (limit) => `must be less than ${limit}`,
  multipleOf: (limit) => `must be a multiple of ${limit}`,
  minLength: (limit) => `must have at least ${limit} characters`,
  maxLength: (limit) => `must have at most ${limit} characters`,
  minItems: (limit) => `must have at least ${limit} items`,
  maxItems: (limit) => `must have at most ${limit} items`,
  uniqueItems: () => 'must not repeat an item',
  format: (limit) => `must be a ${limit}`,
}

function sentenceOf(error: OutputUnit, limit: unknown): string {
  return sentences[error.keyword]?.(limit) ?? error.error
}

/** Follows `$ref` on the way, because a keyword's location is told through the references that led to it. */
function resolvedLocation(schema: Schema, location: string): string {
  const refIndex = location.indexOf('/$ref/')
  if (refIndex < 0) return location
  const target = valueAt(schema, `${location.slice(0, refIndex)}/$ref`)
  return typeof target === 'string' ? resolvedLocation(schema, `${target}${location.slice(refIndex + 5)}`) : location
}

/** The value at a JSON pointer (`/a/0` or `#/a/0`); undefined where there is none. */
export function valueAt(root: unknown, pointer: string): unknown {
  let value = root
  for (const part of pointer.replace(/^#/, '').split('/').slice(1)) {
    const key = decodeURIComponent(part.replaceAll('~1', '/').replaceAll('~0', '~'))
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The values with the schema's defaults where nothing was given; objects that only defaults fill are made. */
export function applyDefaults(schema: ConfigSchema, values: Record<string, unknown>): Record<string, unknown> {
  return fill(schema, schema, values) as Record<string, unknown>
}

function fill(root: ConfigSchema, node: ConfigSchema, given: unknown): unknown {
  const schema = followRef(root, node)
  const value = given === undefined ? structuredClone(schema.default) : given
  if (!isObject(schema.properties)) return value
  if (value !== undefined && !isObject(value)) return value
  const filled: Record<string, unknown> = { ...value }
  for (const [key, property] of Object.entries(schema.properties)) {
    if (!isObject(property)) continue
    const inner = fill(root, property, Object.hasOwn(filled, key) ? filled[key] : undefined)
    if (inner !== undefined) filled[key] = inner
  }
  const isEmptyByItself = value === undefined && Object.keys(filled).length === 0 && root !== schema
  return isEmptyByItself ? undefined : filled
}

/** The schema a local `$ref` leads to; the checks of a package have refused circles. */
export function followRef(root: ConfigSchema, node: ConfigSchema): ConfigSchema {
  if (typeof node.$ref !== 'string') return node
  const target = valueAt(root, node.$ref)
  const { $ref: _ref, ...beside } = node
  return isObject(target) ? { ...followRef(root, target), ...beside } : beside
}

/** Pointers (`/db/password`) of the fields that hold secrets. */
export function secretPathsOf(schema: ConfigSchema): Set<string> {
  const found = new Set<string>()
  const walk = (node: ConfigSchema, path: string): void => {
    const resolved = followRef(schema, node)
    if (resolved['x-secret'] === true) found.add(path)
    if (!isObject(resolved.properties)) return
    for (const [key, property] of Object.entries(resolved.properties)) {
      if (isObject(property)) walk(property, `${path}/${escapePointer(key)}`)
    }
  }
  walk(schema, '')
  return found
}

export const applyEffectNames = ['live', 'reload', 'restart', 'recreate', 'fixed'] as const

/** What a change of each top-level field asks of a running unit; restart where the package does not say. */
export function applyEffectsOf(schema: ConfigSchema): Record<string, (typeof applyEffectNames)[number]> {
  const properties = isObject(schema.properties) ? schema.properties : {}
  return Object.fromEntries(
    Object.entries(properties).map(([key, property]) => {
      const effect = isObject(property) ? followRef(schema, property)['x-apply'] : undefined
      return [key, applyEffectNames.find((name) => name === effect) ?? 'restart']
    }),
  )
}
