export type Json = { readonly [key: string]: unknown }

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export const inText = (text: string): string => text.replace(/[&<>"']/g, (one) => escapes[one] ?? one)

const refName = (ref: string): string => ref.split('/').pop() ?? ''
const linkTo = (name: string): string => `<a href="#schema-${inText(name)}">${inText(name)}</a>`
const pad = (depth: number): string => '  '.repeat(depth)

/** A JSON Schema as the type that a programmer would write, with links to what it names. */
export function typeText(schema: unknown, depth = 0): string {
  if (typeof schema !== 'object' || schema === null) return 'any'
  const json = schema as Json
  if (typeof json.$ref === 'string') return linkTo(refName(json.$ref))
  if ('const' in json) return inText(JSON.stringify(json.const))
  if (Array.isArray(json.enum)) return json.enum.map((one) => inText(JSON.stringify(one))).join(' | ')
  const choices = (json.anyOf ?? json.oneOf) as unknown[] | undefined
  if (choices) return choices.map((one) => typeText(one, depth)).join(' | ')
  if (Array.isArray(json.allOf)) return json.allOf.map((one) => typeText(one, depth)).join(' &amp; ')
  if (json.type === 'array') return arrayText(json, depth)
  if (json.type === 'object' || json.properties) return objectText(json, depth)
  return scalarText(json)
}

function arrayText({ items }: Json, depth: number): string {
  const inner = typeText(items, depth)
  return inner.includes(' | ') ? `(${inner})[]` : `${inner}[]`
}

function objectText({ properties = {}, required = [], additionalProperties }: Json, depth: number): string {
  const entries = Object.entries(properties as Record<string, Json>)
  const rest = typeof additionalProperties === 'object' ? `[name]: ${typeText(additionalProperties, depth + 1)}` : ''
  if (entries.length === 0) return rest ? `{ ${rest} }` : '{ }'
  const lines = entries.map(([name, one]) => {
    const mark = (required as string[]).includes(name) ? '' : '?'
    const says = typeof one.description === 'string' ? `<i>  // ${inText(one.description)}</i>` : ''
    return `${pad(depth + 1)}<b>${inText(name)}</b>${mark}: ${typeText(one, depth + 1)}${says}`
  })
  return `{\n${[...lines, ...(rest ? [pad(depth + 1) + rest] : [])].join('\n')}\n${pad(depth)}}`
}

function scalarText(json: Json): string {
  const type = Array.isArray(json.type) ? json.type.join(' | ') : String(json.type ?? 'any')
  const bounds = [
    json.format,
    json.pattern && `/${json.pattern}/`,
    json.minimum !== undefined && `≥ ${json.minimum}`,
    json.maximum !== undefined && `≤ ${json.maximum}`,
    json.minLength && `${json.minLength}+ characters`,
    json.maxLength && `≤ ${json.maxLength} characters`,
    'default' in json && `default ${JSON.stringify(json.default)}`,
  ].filter(Boolean)
  return inText(type) + (bounds.length > 0 ? `<i> ${inText(bounds.join(', '))}</i>` : '')
}
