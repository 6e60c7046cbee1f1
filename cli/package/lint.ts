import type { Outcome } from '@/cli/outcome'
import { judge, lineOf, readPackage } from './read-package'

/** Says by file, line and rule what the hub would refuse. */
export async function lint(folder: string): Promise<Outcome> {
  const { manifest, findings } = judge(await readPackage(folder))
  if (!manifest) return { code: 1, lines: findings.map(lineOf), json: { ok: false, findings } }
  const { name, version } = manifest
  return { code: 0, lines: [`${name} ${version}: nothing found.`], json: { ok: true, name, version, findings } }
}
