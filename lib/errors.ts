/** Every error a caller may meet, once: code → HTTP status. The code is stable; the sentence is for people. */
export const errorStatus = {
  invalid: 400,
  sign_in: 401,
  fresh_sign_in: 401,
  token_refused: 401,
  forbidden: 403,
  blocked: 403,
  not_found: 404,
  conflict: 409,
  stale: 409,
  plan_changed: 409,
  sequence_gap: 409,
  name_taken: 409,
  needed: 409,
  precondition_failed: 412,
  too_large: 413,
  plan_refused: 422,
  nothing_to_do: 422,
  invalid_package: 422,
  no_placement: 422,
  no_capacity: 422,
  quota_exceeded: 422,
  relation_missing: 422,
  idempotency_reused: 422,
  rate_limited: 429,
  unavailable: 503,
} as const

export type ErrorCode = keyof typeof errorStatus

/** A failure that the caller may read. Everything else that is thrown is ours, and is shown as a request id only. */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    /** More for programs and forms: field issues, a diff, who may do it. Never a secret. */
    readonly details: Record<string, unknown> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'AppError'
  }

  get status(): number {
    return errorStatus[this.code]
  }
}

export const notFound = (what: string) => new AppError('not_found', `${what} does not exist, or you may not see it.`)
