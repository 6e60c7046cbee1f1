import type { Release } from '@/lib/db/generated/client'
import { AppError } from '@/lib/errors'
import { applyEffectsOf, type ConfigSchema } from '@/lib/package-format/config-schema'
import { canonicalJson } from '@/lib/protocol/canonical'

/** Values that count only at the install stay those of the release in force. */
export function refuseFixed(
  schema: ConfigSchema,
  inForce: Pick<Release, 'values' | 'overlay'>,
  wanted: Readonly<Record<string, unknown>>,
): void {
  const known = { ...(inForce.values as object), ...(inForce.overlay as object) } as Record<string, unknown>
  const effects = applyEffectsOf(schema)
  const changed = Object.keys(known).filter(
    (key) => effects[key] === 'fixed' && canonicalJson(known[key]) !== canonicalJson(wanted[key] ?? null),
  )
  if (changed.length === 0) return
  const issues = changed.map((key) => ({ path: `/${key}`, message: 'cannot be changed after the install' }))
  const fields = Object.fromEntries(issues.map(({ path, message }) => [path, message]))
  throw new AppError('invalid', 'Some values cannot be changed any more.', { fields, issues })
}
