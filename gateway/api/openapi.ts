import { z } from 'zod'
import { generalText, nounOf, nounsOf, whoMay } from './docs/describe'
import { ProblemSchema } from './problem'
import type { Route } from './route'

type Json = Record<string, unknown>

const uri = (id: string): string => `#/components/schemas/${id}`

/** zod says more than OpenAPI readers want: a pattern beside a format, and the bounds of a safe integer. */
function tidy({ jsonSchema }: { jsonSchema: Json }): void {
  if (jsonSchema.format) delete jsonSchema.pattern
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}

/** What a body does not name is refused (see parse-body.ts). */
function close(context: { jsonSchema: Json }): void {
  tidy(context)
  const { jsonSchema } = context
  if (jsonSchema.properties) jsonSchema.additionalProperties ??= false
}

const schemaOf = (schema: z.ZodType, io: 'input' | 'output', override = tidy): Json => {
  const id = z.globalRegistry.get(schema)?.id
  if (id) return { $ref: uri(id) }
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, uri, override: override as never, unrepresentable: 'any' } as never) as Json
  return json
}

/** What has no name elsewhere is called by its place. */
const named = (title: string, schema: Json): Json => (schema.$ref ? schema : { title, ...schema })

function parameters(route: Route): Json[] {
  const of = (schema: z.ZodObject | undefined, where: 'path' | 'query') => {
    if (!schema) return []
    const json = schemaOf(schema, 'input') as { properties?: Record<string, Json>; required?: string[] }
    return Object.entries(json.properties ?? {}).map(([name, property]) => ({
      name,
      in: where,
      required: where === 'path' || (json.required ?? []).includes(name),
      schema: property,
    }))
  }
  const isOnce = route.access === 'session' && route.method !== 'GET' && !route.isSecret
  return [...of(route.params, 'path'), ...of(route.query, 'query'), ...(isOnce ? [onceOnly] : [])]
}

const onceOnly: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same request under the same key is done once, and answered as before.',
  schema: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[!-~]+$' },
}

/** The stream is no route: it keeps its connection. What it says is what changed, never what it is now. */
const events: Json = {
  get: {
    summary: 'Live news: what changed of the topics named (org:ID, record:ID, output:ID, platform), as server-sent events',
    operationId: 'getEvents',
    description: whoMay({ access: 'session' }),
    tags: [nounOf('/api/v1/events')],
    security: [{ token: [] }, { session: [] }],
    parameters: [
      { name: 'topics', in: 'query', required: false, schema: { type: 'string', maxLength: 8000 } },
      {
        name: 'last',
        in: 'query',
        required: false,
        description: 'As Last-Event-ID: goes on after it.',
        schema: { type: 'string', maxLength: 80 },
      },
    ],
    responses: {
      200: {
        description: 'hello, reset (read again), bye (it is over), and data: {"topic", "what"}.',
        content: { 'text/event-stream': {} },
      },
      default: { description: 'Refused.', content: { 'application/problem+json': { schema: { $ref: uri('Problem') } } } },
    },
  },
}

const bodyOf = (route: Route): Json | undefined => {
  if (route.consumes.includes('application/json'))
    return (
      route.body && {
        // Where each of its fields may be left out, so may all of them.
        required: !route.body.safeParse(undefined).success,
        content: {
          'application/json': { schema: named('Body', schemaOf(route.body, 'input', route.access === 'session' ? close : tidy)) },
        },
      }
    )
  return {
    required: true,
    content: Object.fromEntries(route.consumes.map((type) => [type, { schema: { type: 'string', format: 'binary' } }])),
  }
}

const operation = (route: Route): Json => {
  const content = route.response
    ? { 'application/json': { schema: named('Answer', schemaOf(route.response, 'output')) } }
    : { [route.produces]: {} }
  const requestBody = bodyOf(route)
  return {
    summary: route.summary,
    operationId: operationId(route),
    description: whoMay(route),
    tags: [nounOf(route.path)],
    security: route.access === 'session' ? [...(route.takesPerson ? [] : [{ token: [] }]), { session: [] }] : [],
    parameters: parameters(route),
    ...(requestBody && { requestBody }),
    responses: {
      [route.status]: { description: 'Done.', ...(route.status !== 204 && { content }) },
      default: { description: 'Refused.', content: { 'application/problem+json': { schema: { $ref: uri('Problem') } } } },
    },
  }
}

const operationId = ({ method, path }: Route): string => {
  const words = path
    .replace('/api/v1/', '')
    .split(/[/.{}-]+/)
    .filter(Boolean)
  return [method.toLowerCase(), ...words].map((word, index) => (index ? word[0]?.toUpperCase() + word.slice(1) : word)).join('')
}

/** The document of all routes, from the same schemas that check them. */
export function openApiDocument(routes: readonly Route[]): Json {
  const paths: Record<string, Json> = { '/api/v1/events': events }
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route)
  const { schemas } = z.toJSONSchema(z.globalRegistry, { uri, override: tidy as never, unrepresentable: 'any' }) as {
    schemas: Record<string, Json>
  }
  for (const schema of Object.values(schemas)) {
    delete schema.$schema
    delete schema.$id
    delete schema.id
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tengen',
      version: '1',
      summary: 'Run services on machines and clusters. As a page: /api/docs.',
      description: generalText,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: nounsOf(Object.keys(paths)).map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...schemas, Problem: schemas.Problem ?? schemaOf(ProblemSchema, 'output') },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token of a person or an organisation.' },
        session: { type: 'apiKey', in: 'cookie', name: 'next-auth.session-token' },
      },
    },
  }
}
