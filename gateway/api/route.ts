import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { PersonActor } from '@/lib/auth/actor'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined

/** What a handler gets: parsed input, and who asks. */
export interface Call<Params, Query, Body, Who> {
  readonly actor: Who
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** The token of an `Authorization: Bearer` header. */
  readonly bearer: string | undefined
  /** The version the caller last saw, from If-Match. */
  readonly ifMatch: string | undefined
  readonly requestId: string
  readonly address: string
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

interface Description<P, Q, B, R> {
  readonly method: Method
  /** As in OpenAPI: `/api/v1/organizations/{org}/deploys/{number}`. */
  readonly path: `/api/v1/${string}`
  readonly summary: string
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  /** The answer's shape; fields it does not name never leave. Missing = the handler sends something else than JSON. */
  readonly response?: R
  /** 200 unless said otherwise. */
  readonly status?: number
  readonly bodyLimit?: number
  /** The body as a stream, for uploads: `call.request.body` is a Readable of one of these types. */
  readonly consumes?: readonly string[]
  /** Its answer holds what is shown once: it is not kept for a repetition with the same Idempotency-Key. */
  readonly isSecret?: true
  /** Of the person alone: no token may, whatever its scopes. */
  readonly takesPerson?: true
  /** What `response`-less routes send, for the document. */
  readonly produces?: string
  /**
   * The version that a change names in If-Match. Never an answer to If-None-Match: what is observed (a unit, a silence) changes
   * while nothing is changed by anybody.
   */
  readonly etag?: (result: R extends z.ZodType ? z.input<R> : unknown) => string
}

type Result<R> = R extends z.ZodType ? z.input<R> : unknown

/** A route without its types, as the table of routes holds it. */
export interface Route {
  readonly method: Method
  readonly path: string
  readonly summary: string
  /** `session`: a signed-in person, or a token that speaks for one. `none`: the handler checks the caller itself (a bearer token, say). */
  readonly access: 'session' | 'none'
  readonly params?: z.ZodObject | undefined
  readonly query?: z.ZodObject | undefined
  readonly body?: z.ZodType | undefined
  readonly response?: z.ZodType | undefined
  readonly status: number
  readonly bodyLimit: number | undefined
  readonly consumes: readonly string[]
  readonly produces: string
  readonly isSecret?: true | undefined
  readonly takesPerson?: true | undefined
  readonly etag?: ((result: never) => string) | undefined
  readonly handle: (call: Call<never, never, never, never>) => Promise<unknown> | unknown
}

interface SessionRoute<P, Q, B, R> extends Description<P, Q, B, R> {
  readonly handle: (call: Call<Parsed<P>, Parsed<Q>, Parsed<B>, PersonActor>) => Promise<Result<R>> | Result<R>
}

interface OpenRoute<P, Q, B, R> extends Description<P, Q, B, R> {
  readonly handle: (call: Call<Parsed<P>, Parsed<Q>, Parsed<B>, undefined>) => Promise<Result<R>> | Result<R>
}

const usual = { status: 200, bodyLimit: undefined, consumes: ['application/json'], produces: 'application/json' } as const

type Described = Omit<Route, 'access' | keyof typeof usual> & Partial<Pick<Route, keyof typeof usual>>

const untyped = (description: Described, access: Route['access']): Route => ({ ...usual, ...description, access })

/** A route for people: by a token, or by the session cookie and, on writes, the Origin of our own pages. */
export const route = <
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  R extends z.ZodType | undefined = undefined,
>(
  description: SessionRoute<P, Q, B, R>,
): Route => untyped(description, 'session')

/** A route that anybody may call, or that checks its caller itself: callbacks and agents with bearer tokens. */
export const openRoute = <
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  R extends z.ZodType | undefined = undefined,
>(
  description: OpenRoute<P, Q, B, R>,
): Route => untyped(description, 'none')
