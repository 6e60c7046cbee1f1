import { isMap, LineCounter, parseDocument, stringify } from 'yaml'
import { z } from 'zod'
import { hasRules, type PlacementRules, PlacementRulesSchema } from '@/lib/services/rule-views'
import type { SchemaField } from './schema-fields'
import type { Values } from './value-path'

export interface DraftText {
  name: string
  package: string
  /** Said where the package has more than one. */
  component?: string
  runtime: string
  count: number
  rules: PlacementRules
  /** Requirement → names of those who fulfil it. */
  relations: Record<string, string[]>
  variables: string[]
  config: Values
}

export interface LineError {
  line: number
  message: string
}

/** A whole draft as YAML; each field says what it is, in a comment. */
export function draftToYaml(draft: DraftText, fields: readonly SchemaField[]): string {
  const document = parseDocument(
    stringify({
      name: draft.name,
      package: draft.package,
      ...(draft.component ? { component: draft.component } : {}),
      placements: [{ runtime: draft.runtime, count: draft.count, ...(hasRules(draft.rules) ? draft.rules : {}) }],
      ...(Object.keys(draft.relations).length > 0 ? { relations: draft.relations } : {}),
      ...(draft.variables.length > 0 ? { variables: draft.variables } : {}),
      config: draft.config,
    }),
  )
  const config = document.get('config')
  if (isMap(config)) {
    for (const pair of config.items) {
      const field = fields.find((one) => one.key === String(pair.key))
      const notes = [field?.unit, field?.default === undefined ? null : `default ${JSON.stringify(field.default)}`].filter(Boolean)
      if (notes.length > 0 && pair.value && typeof pair.value === 'object' && !isMap(pair.value))
        (pair.value as { comment?: string }).comment = ` ${notes.join(', ')}`
    }
  }
  return document.toString()
}

type Parsed = { ok: true; draft: DraftText; lineOf: (path: readonly (string | number)[]) => number } | { ok: false; errors: LineError[] }

const text = (value: unknown) => (value === undefined || value === null ? '' : String(value))
const keys = ['name', 'package', 'component', 'placements', 'relations', 'variables', 'config']
const texts = (value: unknown): string[] =>
  value === undefined || value === null ? [] : (Array.isArray(value) ? value : [value]).map(text)
const isObject = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What was typed, or on which line it cannot be read. Aliases are off: a small text must not become a large value. */
export function yamlToDraft(source: string): Parsed {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true })
  const errors = document.errors.map(
    (error): LineError => ({
      line: error.linePos?.[0]?.line ?? 1,
      message: error.message.split('\n')[0]?.replace(/ at line.*$/, '') ?? '',
    }),
  )
  if (errors.length > 0) return { ok: false, errors }
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 0 })
  } catch (error) {
    return { ok: false, errors: [{ line: 1, message: error instanceof Error ? error.message : String(error) }] }
  }
  if (!isObject(value)) return { ok: false, errors: [{ line: 1, message: keys.join(', ') }] }
  const lineOf = (path: readonly (string | number)[]) => {
    const node = document.getIn(path, true)
    const range = typeof node === 'object' && node !== null && 'range' in node ? (node.range as [number, number, number] | null) : null
    return range ? lines.linePos(range[0]).line : 1
  }
  const unknown = Object.keys(value).filter((key) => !keys.includes(key))
  if (unknown.length > 0) return { ok: false, errors: unknown.map((key) => ({ line: lineOf([key]), message: `${key}?` })) }
  const placement = Array.isArray(value.placements) ? value.placements[0] : undefined
  const { runtime, count, ...asked } = isObject(placement) ? placement : {}
  const rules = z.strictObject(PlacementRulesSchema.shape).safeParse(asked)
  if (!rules.success) {
    const wrong = rules.error.issues.map(({ path, message }): LineError => {
      const at = ['placements', 0, ...path.map((one) => (typeof one === 'number' ? one : String(one)))]
      return { line: lineOf(at), message: `${path.join('.')} ${message}`.trim() }
    })
    return { ok: false, errors: wrong }
  }
  return {
    ok: true,
    lineOf,
    draft: {
      name: text(value.name),
      package: text(value.package),
      ...(value.component === undefined ? {} : { component: text(value.component) }),
      runtime: text(runtime),
      count: Number(count ?? 1),
      rules: rules.data,
      relations: Object.fromEntries(
        Object.entries(isObject(value.relations) ? value.relations : {}).map(([name, list]) => [name, texts(list)]),
      ),
      variables: texts(value.variables),
      config: isObject(value.config) ? value.config : {},
    },
  }
}
