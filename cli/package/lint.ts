import type { Outcome } from '@/cli/outcome'
import { notRunYet } from '@/lib/package-format/not-run-yet'
import { judge, lineOf, readPackage } from './read-package'

/** Says by file, line and rule what the hub would refuse. */
export async function lint(folder: string): Promise<Outcome> {
  const { manifest, findings } = judge(await readPackage(folder))
  if (!manifest) return { code: 1, lines: findings.map(lineOf), json: { ok: false, findings } }
  const { name, version } = manifest
  const later = notRunYet(manifest)
  const warning = later.length > 0 ? [`Not run yet: ${later.join(', ')}. The hub takes them, and nothing calls them so far.`] : []
  return {
    code: 0,
    lines: [`${name} ${version}: nothing found.`, ...warning],
    json: { ok: true, name, version, findings, notRunYet: later },
  }
}
