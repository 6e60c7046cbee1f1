import { Liquid } from 'liquidjs'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import type { ClusterPower } from '@/lib/protocol/cluster-powers'
import { textsOfContainer } from '@/lib/protocol/container'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { checkConfigSchema } from './check-config-schema'
import { checkManifests } from './check-manifests'
import { whyNotRendered } from './check-rendered'
import { checkChart, configOfChart } from './import-chart'
import type { ArchiveEntry } from './read-archive'

/** `line` is null where a whole file is meant. `rule` is stable; tests and docs name it. */
export type PackageFinding = { file: string; line: number | null; rule: string; message: string }
export type PackageVerdict = { manifest: PackageManifest | null; findings: PackageFinding[] }

type Path = (string | number)[]
type Report = (rule: string, message: string, path: Path) => void

export const manifestFile = 'tengen.yaml'
const mostManifestBytes = 512 * 1024

/** Checks a whole package as read from its archive; it may be published when there is no finding. `powers`: of whoever publishes it. */
export function validatePackage(entries: readonly ArchiveEntry[], powers: readonly ClusterPower[] = []): PackageVerdict {
  const files = new Map(entries.map((entry) => [entry.path, entry]))
  const source = files.get(manifestFile)
  const refuse = (rule: string, message: string): PackageVerdict => ({
    manifest: null,
    findings: [{ file: manifestFile, line: null, rule, message }],
  })
  if (source?.kind !== 'file') return refuse('manifest_missing', missingSentence(entries))
  if (source.bytes.length > mostManifestBytes) return refuse('manifest_size', 'is over 512 KiB')

  const lines = new LineCounter()
  const document = parseDocument(source.bytes.toString('utf8'), { lineCounter: lines, strict: true, uniqueKeys: true })
  if (document.errors.length > 0) {
    return {
      manifest: null,
      findings: document.errors.map((error) => ({
        file: manifestFile,
        line: lines.linePos(error.pos[0]).line,
        rule: 'yaml',
        message: error.message.split('\n')[0] ?? 'is not YAML',
      })),
    }
  }
  const findings: PackageFinding[] = []
  const report: Report = (rule, message, path) =>
    findings.push({ file: manifestFile, line: lineOf(document, lines, path), rule, message: sayWhere(path, message) })
  let json: unknown
  try {
    json = document.toJS({ maxAliasCount: 100 })
  } catch {
    return refuse('yaml', 'uses too many aliases')
  }
  const manifest = withChartConfig(parseManifest(json, report), json, entries)
  if (manifest) {
    for (const { path, rule, message } of checkConfigSchema(manifest.config)) report(rule, message, ['config', ...path])
    checkFiles(manifest, files, report)
    checkRendered(manifest, report)
    findings.push(...checkTemplates(manifest, files), ...checkManifests(manifest, files, powers))
    findings.push(...manifest.components.flatMap(({ chart }) => (chart === undefined ? [] : checkChart(entries, chart))))
  }
  return { manifest: findings.length === 0 ? manifest : null, findings }
}

/** Where the manifest has no form of its own, the chart's values are it. */
function withChartConfig(manifest: PackageManifest | null, json: unknown, entries: readonly ArchiveEntry[]): PackageManifest | null {
  const chart = manifest?.components.find((one) => one.chart !== undefined)?.chart
  if (!manifest || chart === undefined || (json as { config?: unknown }).config !== undefined) return manifest
  return { ...manifest, config: configOfChart(entries, chart) }
}

function missingSentence(entries: readonly ArchiveEntry[]): string {
  const deeper = entries.find(({ path }) => path.endsWith(`/${manifestFile}`))
  return deeper ? `must be at the top of the archive; it is at ${deeper.path}` : 'is missing from the top of the archive'
}

function parseManifest(json: unknown, report: Report): PackageManifest | null {
  const parsed = PackageManifest.safeParse(json)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) report('unknown_key', 'is not a known key', [...path, key])
    else report(issue.code === 'custom' ? 'manifest' : `manifest_${issue.code}`, issue.message, path)
  }
  return null
}

function sayWhere(path: Path, message: string): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`
}

/** The line of the deepest part of the path that is written down: a missing key is shown at its parent. */
function lineOf(document: Document, lines: LineCounter, path: Path): number | null {
  for (let length = path.length; length >= 0; length -= 1) {
    const part = path.slice(0, length)
    const start = keyOffset(document, part) ?? valueOffset(document, part)
    if (start !== undefined) return lines.linePos(start).line
  }
  return null
}

function valueOffset(document: Document, path: Path): number | undefined {
  const node = path.length === 0 ? document.contents : document.getIn(path, true)
  return isNode(node) ? node.range?.[0] : undefined
}

function keyOffset(document: Document, path: Path): number | undefined {
  const parent = path.length <= 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (path.length === 0 || typeof parent !== 'object' || parent === null || !('items' in parent)) return undefined
  for (const item of parent.items as unknown[]) {
    if (typeof item !== 'object' || item === null || !('key' in item) || !isNode(item.key)) continue
    if (String(item.key) === String(path.at(-1))) return item.key.range?.[0]
  }
  return undefined
}

function checkFiles(manifest: PackageManifest, files: Map<string, ArchiveEntry>, report: Report): void {
  for (const [index, component] of manifest.components.entries()) {
    const at: Path = ['components', index]
    for (const [templateIndex, template] of component.templates.entries()) {
      if (files.get(template.from)?.kind !== 'file')
        report('file_missing', `there is no file ${template.from}`, [...at, 'templates', templateIndex, 'from'])
    }
    for (const [fileIndex, file] of component.manifests?.entries() ?? []) {
      if (files.get(file)?.kind !== 'file') report('file_missing', `there is no file ${file}`, [...at, 'manifests', fileIndex])
    }
    const commands: [Path, readonly string[]][] = Object.entries(component.hooks).flatMap(([name, hook]) =>
      hook?.run ? [[[...at, 'hooks', name, 'run'], hook.run] as [Path, readonly string[]]] : [],
    )
    for (const [name, action] of Object.entries(component.actions)) commands.push([[...at, 'actions', name, 'run'], action.run])
    if (component.process) commands.push([[...at, 'process', 'command'], component.process.command])
    for (const [path, command] of commands) checkCommand(command, path, files, report)
  }
}

function checkCommand(command: readonly string[], path: Path, files: Map<string, ArchiveEntry>, report: Report): void {
  const [program = '', script = ''] = command
  if (program.startsWith('/')) return
  const wanted = program === 'node' ? script : program
  const entry = files.get(wanted)
  if (!entry) report('file_missing', `there is no file ${wanted}`, path)
  else if (program !== 'node' && entry.kind === 'file' && !entry.executable) report('not_executable', `${wanted} is not executable`, path)
}

function checkRendered(manifest: PackageManifest, report: Report): void {
  for (const [index, component] of manifest.components.entries()) {
    const texts: [Path, string][] = Object.entries(component.env).map(([name, text]) => [['env', name], text])
    for (const [at, text] of component.process?.arguments.entries() ?? []) texts.push([['process', 'arguments', at], text])
    for (const [at, { value }] of component.ports.entries()) if (value) texts.push([['ports', at, 'value'], value])
    const container = component.container ? textsOfContainer(component.container) : []
    for (const [path, text] of container) texts.push([['container', ...path], text])
    for (const [path, text] of texts) {
      const reason = whyNotRendered(text, manifest, component)
      if (reason) report('template', reason, ['components', index, ...path])
    }
  }
}

function checkTemplates(manifest: PackageManifest, files: Map<string, ArchiveEntry>): PackageFinding[] {
  const liquid = new Liquid({ parseLimit: 1_000_000 })
  const sources = new Set(manifest.components.flatMap((component) => component.templates.map((template) => template.from)))
  return [...sources].flatMap((file) => {
    const entry = files.get(file)
    if (entry?.kind !== 'file') return []
    if (entry.bytes.includes('⟦secret:')) return [{ file, line: null, rule: 'template', message: 'must not hold the sign of a secret' }]
    try {
      liquid.parse(entry.bytes.toString('utf8'))
      return []
    } catch (error) {
      const text = error instanceof Error ? error.message : 'cannot be read'
      const line = /line:(\d+)/.exec(text)?.[1]
      return [{ file, line: line ? Number(line) : null, rule: 'template', message: text.split('\n')[0] ?? text }]
    }
  })
}
