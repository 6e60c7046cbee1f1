import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { noteRefusal } from '@/lib/audit/note-refusal'
import { databaseAway, isDatabaseAway } from '@/lib/db/database-away'
import { AppError } from '@/lib/errors'
import { logger } from '@/lib/logger'
import { pathOfUnkept } from '@/lib/unkept-text'

const log = logger('gateway.api')

/** problem+json: the body of every refusal. `code` is stable; `title` is for people. */
export interface Problem {
  readonly type: 'about:blank'
  readonly status: number
  readonly code: string
  readonly title: string
  readonly instance: string
  readonly [more: string]: unknown
}

export const ProblemSchema = z
  .looseObject({ type: z.string(), status: z.int(), code: z.string(), title: z.string(), instance: z.string() })
  .meta({ id: 'Problem', description: 'Every refusal. `code` is stable; `title` is for people; `instance` is the request id.' })

interface Refusal {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly more?: Record<string, unknown>
}

/** What the caller sent, checked at the door. A schema that fails further inside is our fault, and is not shown. */
export function parseInput<S extends z.ZodType>(schema: S | undefined, input: unknown): z.output<S> | undefined {
  const result = schema?.safeParse(input)
  if (!result) return undefined
  if (result.success) return insistKept(result.data)
  const issues = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  throw new AppError('invalid', 'The input is not valid.', { issues })
}

function insistKept<T>(data: T): T {
  const path = pathOfUnkept(data)
  if (path === undefined) return data
  throw new AppError('invalid', 'The input is not valid.', {
    issues: [{ path, message: 'holds a character that cannot be kept: U+0000, or half of one' }],
  })
}

/** Errors of the framework itself, by the status it gave them. */
const frameworkCodes: Record<number, [code: string, title: string]> = {
  400: ['invalid', 'The request is not understood.'],
  404: ['not_found', 'There is nothing at this address.'],
  413: ['too_large', 'The body is too large.'],
  415: ['invalid', 'This kind of body is not accepted here.'],
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof AppError) return { status: error.status, code: error.code, title: error.message, more: error.details }
  if (isDatabaseAway(error)) return refusalOf(databaseAway(error))
  const status = (error as { statusCode?: number }).statusCode ?? 500
  const known = frameworkCodes[status]
  if (known) return { status, code: known[0], title: known[1] }
  return { status: 500, code: 'internal', title: 'Something went wrong on our side. The request id tells us what.' }
}

/** A refusal may repeat what was refused: what cannot be kept of it is not said either, for an answer may have to be kept. */
export const wholeJson = (value: unknown): string => JSON.stringify(value).replace(/\\u(0000|d[89a-f][0-9a-f]{2})/g, '\\ufffd')

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, code, title, more } = refusalOf(error)
  if (status >= 500)
    log.error({ err: error, requestId: request.id, method: request.method, route: request.routeOptions.url }, 'request failed')
  if (request.actor && request.method !== 'GET') {
    const { org } = (request.params ?? {}) as { org?: string }
    void noteRefusal(request.actor, error, { organization: org, what: `${request.method} ${request.url.split('?')[0]}` })
  }
  if (status === 401 && request.headers.authorization !== undefined) reply.header('www-authenticate', 'Bearer')
  if (typeof more?.retryAfter === 'number') reply.header('retry-after', more.retryAfter)
  const problem: Problem = { ...more, type: 'about:blank', status, code, title, instance: request.id }
  void reply.code(status).header('cache-control', 'no-store').type('application/problem+json').serializer(wholeJson).send(problem)
}

/** What is no request at all never reaches a route: headers that are too long, or no HTTP. */
export function answerNoRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const isTooLong = error.code === 'HPE_HEADER_OVERFLOW'
  const status = isTooLong ? 431 : 400
  const code = isTooLong ? 'too_large' : 'invalid'
  const body = JSON.stringify({
    type: 'about:blank',
    status,
    code,
    instance: '-',
    title: isTooLong ? 'The address or the headers are too long.' : 'This is no request.',
  })
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`
  socket.end(head + body)
}
