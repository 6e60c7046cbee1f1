import type { z } from 'zod'
import { type ActionResult, type PublicError, type Sentence, SentenceSchema } from '@/lib/views'

/** A refusal or failure of our own API, as problem+json tells it. */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string | undefined,
    /** Which of our rules said no, and the same as a sentence that the catalogue words. */
    readonly told: { readonly reason?: string | undefined; readonly sentence?: Sentence | undefined } = {},
  ) {
    super(message)
    this.name = 'ApiFailure'
  }
}

export async function fetchJson<S extends z.ZodType>(url: string, schema: S, signal?: AbortSignal): Promise<z.output<S>> {
  const response = await fetch(url, { headers: { accept: 'application/json' }, ...(signal ? { signal } : {}) })
  const body: unknown = await response.json().catch(() => ({}))
  if (!response.ok) {
    const problem = body as { code?: string; title?: string; detail?: string; requestId?: string; reason?: string; sentence?: unknown }
    throw new ApiFailure(
      response.status,
      problem.code ?? 'unavailable',
      problem.detail ?? problem.title ?? response.statusText,
      problem.requestId ?? response.headers.get('x-request-id') ?? undefined,
      { reason: problem.reason, sentence: SentenceSchema.safeParse(problem.sentence).data },
    )
  }
  return schema.parse(body)
}

const longestMs = 30_000

function errorOf(body: unknown, status: number): PublicError {
  const { code = 'unavailable', title = '', instance, fields, type: _type, status: _status, ...details } = body as Record<string, never>
  // What a proxy says of a server that did not answer is no answer.
  return { code: status > 501 ? 'unavailable' : code, message: title, requestId: instance, fields, details }
}

/** A change by the door for programs: answers like an action. With a key it may be sent again, and is still done once. */
export async function postJson<S extends z.ZodType>(
  url: string,
  { body, schema, key }: { body: unknown; schema: S; key?: string },
): Promise<ActionResult<z.output<S>>> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...(key ? { 'idempotency-key': key } : {}) },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(longestMs),
    })
    const answer: unknown = await response.json().catch(() => ({}))
    return response.ok ? { ok: true, data: schema.parse(answer) } : { ok: false, error: errorOf(answer, response.status) }
  } catch {
    return { ok: false, error: { code: 'unavailable', message: '' } }
  }
}
