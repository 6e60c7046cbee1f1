import type { z } from 'zod'

/** A refusal or failure of our own API, as problem+json tells it. */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string | undefined,
  ) {
    super(message)
    this.name = 'ApiFailure'
  }
}

export async function fetchJson<S extends z.ZodType>(url: string, schema: S, signal?: AbortSignal): Promise<z.output<S>> {
  const response = await fetch(url, { headers: { accept: 'application/json' }, ...(signal ? { signal } : {}) })
  const body: unknown = await response.json().catch(() => ({}))
  if (!response.ok) {
    const problem = body as { code?: string; title?: string; detail?: string; requestId?: string }
    throw new ApiFailure(
      response.status,
      problem.code ?? 'unavailable',
      problem.detail ?? problem.title ?? response.statusText,
      problem.requestId ?? response.headers.get('x-request-id') ?? undefined,
    )
  }
  return schema.parse(body)
}
