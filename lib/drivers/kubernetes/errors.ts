/** The API server answered, and it was a refusal: its own words. */
export class KubernetesError extends Error {
  constructor(
    readonly status: number,
    /** `NotFound`, `Conflict`, `Forbidden` and the like. */
    readonly reason: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
    this.name = 'KubernetesError'
  }
}

export const unreachableReasons = ['no_answer', 'refused', 'unknown_host', 'untrusted', 'denied', 'resting', 'broken'] as const
export type UnreachableReason = (typeof unreachableReasons)[number]

/** No answer came that could be read. `denied`: the address is one we do not dial. `resting`: it was not tried, too much failed before. */
export class UnreachableError extends Error {
  constructor(
    readonly reason: UnreachableReason,
    message: string,
  ) {
    super(message)
    this.name = 'UnreachableError'
  }
}

const unknownHost = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'])
const refused = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ECONNRESET', 'EPIPE'])

/** What a failed connection means. Everything of TLS ends in distrust: no answer over it counts. */
export function unreachable(error: NodeJS.ErrnoException): UnreachableError {
  if (error instanceof UnreachableError) return error
  const code = error.code ?? ''
  if (unknownHost.has(code)) return new UnreachableError('unknown_host', error.message)
  if (refused.has(code)) return new UnreachableError('refused', error.message)
  if (code === 'ETIMEDOUT') return new UnreachableError('no_answer', error.message)
  const isTls = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_|ALTNAME|EPROTO/.test(code)
  return new UnreachableError(isTls ? 'untrusted' : 'broken', error.message)
}

/** It could not do it now; asked again, it may. */
export const isPassing = (error: unknown): boolean =>
  error instanceof KubernetesError && (error.status >= 500 || error.status === 429) && !isMalformed(error)

/** It says so with a 500, too, when what it was sent does not fit the kind. */
const isMalformed = ({ message }: KubernetesError): boolean => message.includes('failed to create typed patch object')

export const isNotFound = (error: unknown): boolean => error instanceof KubernetesError && error.status === 404
export const isForbidden = (error: unknown): boolean => error instanceof KubernetesError && error.status === 403
export const isConflict = (error: unknown): boolean => error instanceof KubernetesError && error.status === 409
/** What was asked from is too long ago: list anew. */
export const isGone = (error: unknown): boolean => error instanceof KubernetesError && error.status === 410
