import { knocksAt, type Names } from '@/gateway/api/knocks'
import { openApiDocument } from '@/gateway/api/openapi'
import { routes } from '@/gateway/api/routes'

type Json = Record<string, unknown>

interface Operation {
  readonly parameters: { readonly name: string; readonly in: string; schema: Json; example?: unknown }[]
  readonly requestBody?: { readonly content: Record<string, Json> }
}

/** The document with what of an address is real as the only value, and a body that fits as its example: so most requests get past the door. */
export function narrowedDocument(names: Names): Json {
  const document = openApiDocument(routes)
  const paths = document.paths as Record<string, Record<string, Operation>>
  const knockAt = knocksAt(names)
  for (const route of routes) {
    const operation = paths[route.path]?.[route.method.toLowerCase()]
    const { parts, query, body } = knockAt(route)
    const asked = new URLSearchParams(query)
    for (const parameter of operation?.parameters ?? []) {
      const [part, said] = [parts[parameter.name], asked.get(parameter.name)]
      if (parameter.in === 'path' && part !== undefined && !madeUp.has(parameter.name)) {
        parameter.example = typed(parameter.schema, part)
        parameter.schema = { ...only(parameter.schema), enum: [parameter.example] }
      } else if (parameter.in === 'query' && said !== null) parameter.example = said
    }
    const json = operation?.requestBody?.content['application/json']
    if (json && body) json.example = body(names)
  }
  return document
}

/** Names that whoever asks makes up: another one is no less valid. */
const madeUp: ReadonlySet<string> = new Set(['server'])

const only = ({ type }: Json): Json => (type === undefined ? {} : { type })
const typed = ({ type }: Json, text: string): unknown => (type === 'integer' || type === 'number' ? Number(text) : text)
