import { randomBytes, randomUUID } from 'node:crypto'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type FastifyServerFactory } from 'fastify'
import { securityHeaders } from '@/gateway/security-headers'
import { bearerToken } from '@/gateway/sessions'
import type { PersonActor } from '@/lib/auth/actor'
import { AppError } from '@/lib/errors'
import { isTooDeep } from '@/lib/too-deep'
import { admit, type Door } from './admit'
import { docsPage, docsPolicy, findViewer } from './docs/docs-page'
import { keepAnswer, type Scope, scopeOf, takeKey } from './idempotency'
import { openApiDocument } from './openapi'
import { parseKnown } from './parse-known'
import { answerNoRequest, parseInput, sendProblem } from './problem'
import type { Route } from './route'

declare module 'fastify' {
  interface FastifyRequest {
    /** The person, signed in or by a token; null before the check, and on open routes. */
    actor: PersonActor | null
    idempotency: Scope | null
  }
}

export interface ApiOptions extends Door {
  readonly routes: readonly Route[]
  readonly serverFactory: FastifyServerFactory
}

const life = `${randomBytes(6).toString('base64url')}-`
let count = 0
/** A counter after a random beginning: random bytes for each request would cost a third of the throughput. */
export const nextRequestId = (): string => life + (++count).toString(36)

const writes = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const tooDeep = () => new AppError('invalid', 'The input is not valid.', { issues: [{ path: '', message: 'is nested too deeply' }] })
const streamed = ['application/octet-stream', 'application/gzip', 'application/x-gzip', 'application/zip', 'application/x-tar']

/** The REST door: Fastify, with zod at the entrance and at the exit. */
export async function makeApi(options: ApiOptions): Promise<FastifyInstance> {
  const app = Fastify({
    serverFactory: options.serverFactory,
    genReqId: nextRequestId,
    bodyLimit: 1 << 20,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: answerNoRequest,
    routerOptions: { maxParamLength: 300 },
  })
  app.decorateRequest('actor', null)
  app.decorateRequest('idempotency', null)
  app.setErrorHandler(sendProblem)
  app.setNotFoundHandler(() => {
    throw new AppError('not_found', 'There is nothing at this address.')
  })
  app.addContentTypeParser(streamed, (_, payload, done) => done(null, payload))
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders).header('x-request-id', request.id)
    done()
  })
  // Before anything walks through it.
  app.addHook('preValidation', (request, _, done) => done(isStream(request.body) || !isTooDeep(request.body) ? undefined : tooDeep()))
  for (const route of options.routes) addRoute(app, route, options)
  let made: object | undefined
  const document = () => (made ??= openApiDocument(options.routes))
  app.get('/api/v1/openapi.json', async (_, reply) => reply.type('application/json').send(JSON.stringify(document())))
  const viewer = findViewer()
  app.get('/api/docs', async (_, reply) => {
    const nonce = randomUUID()
    return reply.type('text/html; charset=utf-8').header('content-security-policy', docsPolicy(nonce)).send(docsPage(nonce, viewer))
  })
  await app.ready()
  return app
}

function addRoute(app: FastifyInstance, route: Route, options: ApiOptions): void {
  const isWrite = writes.has(route.method)
  // Whatever is no document of ours is as long as it is: a file, a log, an archive.
  const isLong = route.produces !== 'application/json' || route.consumes.some((type) => streamed.includes(type))
  const asked = { isWrite, takesPerson: route.takesPerson === true, isLong }
  app.route({
    method: route.method,
    url: route.path.replace(/\{(\w+)\}/g, ':$1'),
    ...(route.bodyLimit !== undefined && { bodyLimit: route.bodyLimit }),
    ...(route.access === 'session' && {
      onRequest: (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) =>
        admit(options, asked, request, reply, done),
    }),
    ...(route.access === 'session' && isWrite && !route.isSecret && { preValidation: replay, onSend: remember }),
    handler: (request, reply) => answer(route, request, reply, options),
  })
}

/** Before anything else: a request that was made before gets the answer it got before. */
async function replay(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const body = isStream(request.body) ? request.headers['content-length'] : request.body
  const scope = scopeOf(
    request.actor?.token?.id ?? request.actor?.id ?? '',
    request.method,
    request.url,
    request.headers['idempotency-key'],
    body,
  )
  if (!scope) return
  const stored = await takeKey(scope)
  if (stored) {
    const type = stored.status >= 400 ? 'application/problem+json' : 'application/json'
    await reply
      .code(stored.status)
      .header('idempotency-replayed', 'true')
      .type(type)
      .serializer(JSON.stringify)
      .send(stored.body ?? null)
    return
  }
  request.idempotency = scope
}

const isStream = (body: unknown): boolean => typeof (body as { pipe?: unknown } | undefined)?.pipe === 'function'

async function remember(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (request.idempotency) await keepAnswer(request.idempotency, reply.statusCode, typeof payload === 'string' ? payload : undefined)
  return payload
}

function signalOf(reply: FastifyReply): AbortSignal {
  const hungUp = new AbortController()
  reply.raw.once('close', () => hungUp.abort())
  return hungUp.signal
}

async function answer(route: Route, request: FastifyRequest, reply: FastifyReply, { seenOf }: ApiOptions): Promise<unknown> {
  // What agents and tasks say may be newer than the hub.
  const parse = route.access === 'session' ? parseKnown : parseInput
  const call = {
    actor: request.actor ?? undefined,
    params: parseInput(route.params, request.params),
    query: parse(route.query, request.query),
    body: parse(route.body, request.body ?? undefined),
    bearer: bearerToken(request.headers.authorization) || undefined,
    ifMatch: request.headers['if-match'],
    requestId: request.id,
    address: seenOf(request).ip,
    // Made when asked for: most handlers are done before anybody could hang up.
    get signal() {
      return signalOf(reply)
    },
    request,
    reply,
  }
  const result = await route.handle(call as never)
  if (reply.sent || !route.response) return result
  reply.code(route.status).header('cache-control', 'no-store')
  if (route.etag) reply.header('etag', `"${route.etag(result as never)}"`)
  // Parsed on the way out too: a field the schema does not name never leaves.
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(route.response.parse(result)))
}
