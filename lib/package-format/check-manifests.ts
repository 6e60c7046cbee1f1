import { readObjects } from '@/lib/protocol/cluster-objects'
import type { ClusterPower } from '@/lib/protocol/cluster-powers'
import type { PackageComponent, PackageManifest } from '@/lib/protocol/package-manifest'
import { mostTemplateCharacters, renderText } from '@/lib/protocol/render-text'
import { applyDefaults } from './config-schema'
import type { ArchiveEntry } from './read-archive'
import { templateLines } from './template-lines'
import type { PackageFinding } from './validate-package'

/** Objects of a package's own templates, made with its defaults: what is wrong with them is told with the line where it stands. */
export function checkManifests(
  manifest: PackageManifest,
  files: ReadonlyMap<string, ArchiveEntry>,
  powers: readonly ClusterPower[],
): PackageFinding[] {
  return manifest.components.flatMap((component) =>
    (component.manifests ?? []).flatMap((file) => {
      const entry = files.get(file)
      return entry?.kind === 'file' ? checkFile(file, entry.bytes.toString('utf8'), { scope: sampleOf(manifest, component), powers }) : []
    }),
  )
}

/** What a package's own templates make with its defaults, as far as they make anything. */
export function previewManifests(manifest: PackageManifest, entries: readonly ArchiveEntry[]): { file: string; text: string }[] {
  return manifest.components.flatMap((component) =>
    entries.flatMap((entry) => {
      if (entry.kind !== 'file' || !component.manifests?.includes(entry.path)) return []
      const text = madeOf(entry.bytes.toString('utf8'), sampleOf(manifest, component))
      return text === undefined ? [] : [{ file: entry.path, text: text.slice(0, mostShown) }]
    }),
  )
}

/** Nobody reads more before publishing. */
const mostShown = 50_000

function madeOf(source: string, scope: object): string | undefined {
  if (source.length > mostTemplateCharacters) return undefined
  try {
    return renderText(source, scope)
  } catch {
    return undefined
  }
}

function checkFile(file: string, source: string, { scope, powers }: { scope: object; powers: readonly ClusterPower[] }): PackageFinding[] {
  if (source.length > mostTemplateCharacters)
    return [{ file, line: null, rule: 'too_much', message: `is over ${mostTemplateCharacters.toLocaleString('en')} characters` }]
  if (source.includes('⟦')) return [{ file, line: null, rule: 'template', message: 'must not hold the sign of a secret' }]
  try {
    const text = renderText(source, scope)
    const { findings } = readObjects(text, powers)
    const lines = findings.length > 0 ? templateLines(source, scope, text) : null
    return findings.map(({ line, rule, message }) => ({ file, line: line === null ? null : (lines?.[line - 1] ?? null), rule, message }))
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    const line = /line:(\d+)/.exec(said)?.[1]
    return [{ file, line: line ? Number(line) : null, rule: 'template', message: said.split('\n')[0] ?? said }]
  }
}

/** What a template may speak of, as it could be. A value that nobody gave yet is some text. */
function sampleOf(manifest: PackageManifest, component: PackageComponent): object {
  const properties = Object.keys((manifest.config.properties ?? {}) as object)
  const given = applyDefaults(manifest.config, {}) as Record<string, unknown>
  return {
    config: Object.fromEntries(properties.map((key) => [key, given[key] ?? 'value'])),
    ports: Object.fromEntries(component.ports.map((port) => [port.name, port.default])),
    address: '0.0.0.0',
    unit: { name: 'sample', ordinal: 0, machine: '' },
    service: { name: 'sample', application: 'application', organization: 'organization' },
    release: { number: 1, version: manifest.version },
    ...{ name: 'sample-stable', subset: 'stable', count: 1 },
  }
}
