import { valid } from 'semver'
import { parseDocument } from 'yaml'
import { PackageName } from '@/lib/protocol/package-manifest'
import { chartConfig } from './chart-schema'
import { type ConfigSchema, isObject } from './config-schema'
import { type ArchiveEntry, readArchive, whyNotPack } from './read-archive'
import { packageNameFrom } from './suggest-program'
import type { PackageFinding } from './validate-package'
import { item, yaml } from './yaml-text'

/** Where a chart lies in a package that was made of it. */
export const chartFolder = 'chart'

export interface Chart {
  readonly name: string
  readonly version: string
  readonly description: string
}

const mostNested = 5

/** What `helm package` makes: one folder, with Chart.yaml at its top, and nothing of ours. */
export function isChartArchive(entries: readonly ArchiveEntry[]): boolean {
  const top = entries[0]?.path.split('/')[0] ?? ''
  const has = (name: string) => entries.some(({ path }) => path === `${top}/${name}`)
  return has('Chart.yaml') && !has('tengen.yaml') && entries.every(({ path }) => path.startsWith(`${top}/`))
}

/** The package that a plain chart becomes: its files, and the manifest that says so. */
export function packageOfChart(entries: readonly ArchiveEntry[]): ArchiveEntry[] {
  const files = entries.map((entry) => ({ ...entry, path: `${chartFolder}${entry.path.slice(entry.path.indexOf('/'))}` }))
  const facts = chartFacts(files, chartFolder)
  const { name = 'chart', version = '', description = '' } = facts ?? {}
  const words = {
    tengen: 1,
    name: PackageName.safeParse(name).success ? name : packageNameFrom(name),
    version: valid(version, { loose: true }) ?? version,
    title: name.slice(0, 100) || 'Chart',
    ...(description ? { description } : {}),
    runtimes: ['helm'],
  }
  const manifest = ['# Made of the chart.', yaml(words), 'components:', item(yaml({ name: 'main', chart: chartFolder })), ''].join('\n')
  return [...files, { kind: 'file', path: 'tengen.yaml', executable: false, bytes: Buffer.from(manifest) }]
}

/** Charts inside a chart that are still packed become folders, so that nothing of them is unseen. Together they stay within what an archive may hold. */
export async function unpackCharts(entries: readonly ArchiveEntry[], depth = 0): Promise<ArchiveEntry[]> {
  const paths = new Set(entries.map(({ path }) => path))
  const isPacked = ({ path }: ArchiveEntry) => {
    const [, chart] = /^(.*)\/charts\/[^/]+\.tgz$/.exec(path) ?? []
    return chart !== undefined && paths.has(`${chart}/Chart.yaml`)
  }
  if (depth > mostNested || !entries.some(isPacked)) return [...entries]
  const unpacked: ArchiveEntry[] = []
  for (const entry of entries) {
    if (entry.kind !== 'file' || !isPacked(entry)) unpacked.push(entry)
    else {
      const folder = entry.path.slice(0, entry.path.lastIndexOf('/'))
      unpacked.push(...(await readArchive(entry.bytes)).map((inner) => ({ ...inner, path: `${folder}/${inner.path}` })))
    }
    const whyNot = isPacked(entry) ? whyNotPack(unpacked) : undefined
    if (whyNot) throw whyNot
  }
  return unpackCharts(unpacked, depth + 1)
}

/** The form that the chart itself says: its values and their schema. */
export function configOfChart(entries: readonly ArchiveEntry[], folder: string): ConfigSchema {
  const read = (name: string) => readYaml(entries, `${folder}/${name}`).value
  return chartConfig(read('values.yaml'), read('values.schema.json'))
}

export function chartFacts(entries: readonly ArchiveEntry[], folder: string): Chart | undefined {
  const { value } = readYaml(entries, `${folder}/Chart.yaml`)
  if (!isObject(value)) return undefined
  const text = (key: string) => (value[key] === undefined || value[key] === null ? '' : String(value[key]).trim())
  return { name: text('name'), version: text('version'), description: text('description').slice(0, 2_000) }
}

/** Why the folder is no chart that could be rendered here. */
export function checkChart(entries: readonly ArchiveEntry[], folder: string): PackageFinding[] {
  const at = (name: string, rule: string, message: string): PackageFinding => ({ file: `${folder}/${name}`, line: null, rule, message })
  const { value: chart, error } = readYaml(entries, `${folder}/Chart.yaml`)
  if (error) return [at('Chart.yaml', 'yaml', error)]
  if (!isObject(chart)) return [at('Chart.yaml', 'chart', 'is missing: a chart has one at the top of its folder')]
  const findings: PackageFinding[] = []
  if (chart.apiVersion !== 'v1' && chart.apiVersion !== 'v2') findings.push(at('Chart.yaml', 'chart', 'apiVersion must be v1 or v2'))
  if (chart.type === 'library') findings.push(at('Chart.yaml', 'chart', 'is a library chart: it makes nothing by itself'))
  const missing = dependenciesOf(chart).filter((name) => !hasChart(entries, folder, name))
  if (missing.length > 0)
    findings.push(
      at('Chart.yaml', 'chart_dependency', `needs ${missing.join(', ')}, which is not in charts/: run helm dependency build first`),
    )
  const values = readYaml(entries, `${folder}/values.yaml`)
  if (values.error) findings.push(at('values.yaml', 'yaml', values.error))
  return [...findings, ...checkLinks(entries, folder), ...checkSchemas(entries, folder)]
}

const dependenciesOf = ({ dependencies }: Record<string, unknown>): string[] =>
  Array.isArray(dependencies) ? dependencies.flatMap((one) => (isObject(one) && typeof one.name === 'string' ? [one.name] : [])) : []

const hasChart = (entries: readonly ArchiveEntry[], folder: string, name: string): boolean =>
  entries.some(({ path }) => path.startsWith(`${folder}/charts/`) && path.endsWith('/Chart.yaml') && nameAt(entries, path) === name)

function nameAt(entries: readonly ArchiveEntry[], path: string): unknown {
  const { value } = readYaml(entries, path)
  return isObject(value) ? value.name : undefined
}

const checkLinks = (entries: readonly ArchiveEntry[], folder: string): PackageFinding[] =>
  entries
    .filter(({ kind, path }) => kind === 'symlink' && path.startsWith(`${folder}/`))
    .map(({ path }) => ({ file: path, line: null, rule: 'chart', message: 'is a link: a chart holds files only' }))

/** A schema that is fetched from elsewhere would be another one tomorrow, and asks the network. */
function checkSchemas(entries: readonly ArchiveEntry[], folder: string): PackageFinding[] {
  return entries.flatMap((entry) => {
    if (!entry.path.startsWith(`${folder}/`) || !entry.path.endsWith('values.schema.json')) return []
    const { value, error } = readYaml(entries, entry.path)
    const file = entry.path
    if (error) return [{ file, line: null, rule: 'yaml', message: error }]
    const foreign = refsIn(value).find((ref) => !ref.startsWith('#'))
    if (foreign === undefined) return []
    return [
      {
        file,
        line: null,
        rule: 'config_ref',
        message: `only references inside this schema (#/…) are allowed, not ${foreign.slice(0, 200)}`,
      },
    ]
  })
}

function refsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(refsIn)
  if (!isObject(node)) return []
  const own = ['$ref', '$dynamicRef', '$recursiveRef'].flatMap((key) => (typeof node[key] === 'string' ? [node[key]] : []))
  return [...own, ...Object.values(node).flatMap(refsIn)]
}

/** Also JSON, which is YAML. */
function readYaml(entries: readonly ArchiveEntry[], path: string): { value?: unknown; error?: string } {
  const entry = entries.find((one) => one.path === path)
  if (entry?.kind !== 'file') return {}
  if (entry.bytes.length > 1 << 20) return { error: 'is over 1 MB' }
  const document = parseDocument(entry.bytes.toString('utf8'), { uniqueKeys: false })
  const [error] = document.errors
  if (error) return { error: error.message.split('\n')[0] ?? 'is not YAML' }
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) }
  } catch {
    return { error: 'uses too many aliases' }
  }
}
