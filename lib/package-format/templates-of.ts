import type { PackageManifest } from '@/lib/protocol/package-manifest'
import type { ArchiveEntry } from './read-archive'

/** The templates that a package's components name, path → text. */
export function templatesOf(manifest: PackageManifest, entries: readonly ArchiveEntry[]): Record<string, string> {
  const wanted = new Set(
    manifest.components.flatMap((component) => [...component.templates.map((template) => template.from), ...(component.manifests ?? [])]),
  )
  return Object.fromEntries(
    entries.flatMap((entry) => (entry.kind === 'file' && wanted.has(entry.path) ? [[entry.path, entry.bytes.toString('utf8')]] : [])),
  )
}
