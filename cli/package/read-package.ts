import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '@/cli/outcome'
import { ignoreFile, ignoreRules } from '@/lib/package-format/ignore-rules'
import { readFolder } from '@/lib/package-format/pack-folder'
import { type ArchiveEntry, whyNotPack } from '@/lib/package-format/read-archive'
import { type PackageFinding, type PackageVerdict, validatePackage } from '@/lib/package-format/validate-package'
import type { ClusterPower } from '@/lib/protocol/cluster-powers'

/** Files that the package consists of; what .tengenignore names is not even read. */
export async function readPackage(folder: string): Promise<ArchiveEntry[]> {
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory()) throw new UsageError(`${folder} is no folder.`)
  const rules = await readFile(join(folder, ignoreFile), 'utf8').catch(() => '')
  return readFolder(folder, ignoreRules(`${rules}\n/*-*.*.*.tar.gz`))
}

/** By all that the hub would say: the rules of archives first, then those of packages. `powers`: what only the hub can know of. */
export function judge(entries: readonly ArchiveEntry[], powers: readonly ClusterPower[] = []): PackageVerdict {
  const refusal = whyNotPack(entries)
  if (!refusal) return validatePackage(entries, powers)
  const finding: PackageFinding = { file: refusal.path, line: null, rule: refusal.rule, message: refusal.message }
  return { manifest: null, findings: [finding] }
}

export const lineOf = ({ file, line, rule, message }: PackageFinding): string =>
  `${file}${line === null ? '' : `:${line}`} ${rule} ${message}`
