import { AppError } from '@/lib/errors'

/** How we ourselves write that a secret stands here. Typed by somebody, it would fetch a secret that may not be theirs. */
const reference = /^secret:[A-Za-z0-9_-]{1,64}$|⟦secret:/

const hasReference = (value: unknown): boolean =>
  typeof value === 'string'
    ? reference.test(value)
    : typeof value === 'object' && value !== null && Object.entries(value).some(([key, inner]) => hasReference(key) || hasReference(inner))

/** Values that a caller sends name no secrets; only what was stored by us does. */
export function refuseReferences(values: Readonly<Record<string, unknown>> | undefined, place = ''): void {
  const wrong = Object.entries(values ?? {}).filter(([key, value]) => hasReference(key) || hasReference(value))
  if (wrong.length === 0) return
  const fields = Object.fromEntries(wrong.map(([key]) => [`${place}${key}`, 'looks like a reference to a secret']))
  throw new AppError('invalid', 'A value may not be a reference to a secret.', { fields })
}
