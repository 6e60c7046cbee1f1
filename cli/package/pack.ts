import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Outcome } from '@/cli/outcome'
import { packEntries } from '@/lib/package-format/pack-folder'
import { sha256Hex } from '@/lib/protocol/canonical'
import { judge, lineOf, readPackage } from './read-package'

/** Writes the archive that is published; the hub packs uploads anew in the same way, so both know it by this digest. */
export async function pack(folder: string, { out }: { out?: string | undefined }): Promise<Outcome> {
  const entries = await readPackage(folder)
  const { manifest, findings } = judge(entries)
  if (!manifest) return { code: 1, lines: findings.map(lineOf), json: { ok: false, findings } }
  const { name, version } = manifest
  const archive = await packEntries(entries)
  const file = resolve(out ?? `${name}-${version}.tar.gz`)
  await writeFile(file, archive)
  const digest = sha256Hex(archive)
  return {
    code: 0,
    lines: [`${file}`, `${name} ${version}, ${entries.length} files, ${archive.byteLength} bytes`, `sha256 ${digest}`],
    json: { ok: true, name, version, file, digest, sizeBytes: archive.byteLength, files: entries.length },
  }
}
