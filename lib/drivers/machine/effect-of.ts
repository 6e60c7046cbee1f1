import type { ChangeEffect } from '@/lib/drivers/driver'
import { canonicalJson } from '@/lib/protocol/canonical'
import { applyEffects, UnitContent } from '@/lib/protocol/desired'

const strength = (effect: string): number => applyEffects.indexOf(effect as (typeof applyEffects)[number])

/** The same judgement as the agent's: another package is an upgrade, other values as `x-apply` says, another size holds at once, anything else is a restart. */
export function effectOf(before: string, after: string): ChangeEffect {
  if (before === after) return 'none'
  const [was, is] = [UnitContent.parse(JSON.parse(before)), UnitContent.parse(JSON.parse(after))]
  if (was.package.digest !== is.package.digest) return 'upgrade'
  if (!sameBeside(was, is)) return 'restart'
  const keys = [...new Set([...Object.keys(was.config), ...Object.keys(is.config)])]
  const changed = keys.filter((key) => !same(was.config[key], is.config[key]))
  const strongest = Math.max(0, ...changed.map((key) => strength(is.apply[key] ?? 'restart')))
  return strongest === 0 ? 'live' : strongest === 1 ? 'reload' : 'restart'
}

const same = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null)

/** Everything that is neither values nor the files made from them, nor what it may take. */
function sameBeside(was: UnitContent, is: UnitContent): boolean {
  const rest = ({ config: _config, files: _files, release: _release, resources: _resources, ...others }: UnitContent) => others
  return same(rest(was), rest(is))
}
