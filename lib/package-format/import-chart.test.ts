import { expect, test } from 'vitest'
import { chartEntries, chartYaml, siteChart } from '@/lib/testing/chart-archive'
import { validateConfig } from './config-schema'
import { isChartArchive, packageOfChart, unpackCharts } from './import-chart'
import { packEntries } from './pack-folder'
import { validatePackage } from './validate-package'

const packageOf = (files: Record<string, string>) => validatePackage(packageOfChart(chartEntries(files)))

test('a plain chart is a package: its name and version, and a form of its values', () => {
  expect(isChartArchive(chartEntries(siteChart()))).toBe(true)
  const { manifest, findings } = packageOf(siteChart('1.2.3'))
  expect(findings).toEqual([])
  expect(manifest).toMatchObject({ name: 'site', version: '1.2.3', runtimes: ['helm'], components: [{ name: 'main', chart: 'chart' }] })
  expect(manifest?.config.properties).toMatchObject({
    replicaCount: { type: 'integer', default: 2, maximum: 5, 'x-order': 1 },
    greeting: { type: 'string', title: 'Greeting', default: 'hello' },
    password: { type: 'string', 'x-secret': true },
    image: { type: 'object', properties: { repository: { type: 'string', default: 'tengen.test/busybox' }, tag: { default: '1' } } },
    podAnnotations: { type: 'object', default: {} },
  })
  const [wrong] = validateConfig(manifest?.config ?? {}, { replicaCount: 'many' })
  expect(wrong).toMatchObject({ path: '/replicaCount', message: 'must be of type integer' })
})

test('what no form can show is left to Helm, field by field', () => {
  const schema = JSON.stringify({ type: 'object', properties: { a: { type: 'string', pattern: '(?<=x)y' }, b: { type: 'integer' } } })
  const { manifest, findings } = packageOf({
    'Chart.yaml': chartYaml('1.0.0'),
    'values.yaml': 'a: y\nb: 1\n"odd key": 2\n',
    'values.schema.json': schema,
  })
  expect(findings).toEqual([])
  expect(manifest?.config.properties).toMatchObject({ a: { 'x-order': 1 }, b: { type: 'integer', default: 1 } })
})

test('what could not be rendered here is said when it is published', () => {
  const says = (files: Record<string, string>) =>
    packageOf({ 'Chart.yaml': chartYaml('1.0.0'), ...files }).findings.map((one) => `${one.file}: ${one.message}`)
  expect(
    says({ 'Chart.yaml': chartYaml('1.0.0', 'dependencies: [{ name: redis, version: 1.x.x, repository: "https://charts.example" }]\n') }),
  ).toEqual(['chart/Chart.yaml: needs redis, which is not in charts/: run helm dependency build first'])
  expect(says({ 'values.schema.json': '{"properties":{"a":{"$ref":"https://example.org/a.json"}}}' })).toEqual([
    'chart/values.schema.json: only references inside this schema (#/…) are allowed, not https://example.org/a.json',
  ])
  expect(says({ 'Chart.yaml': chartYaml('1.0.0', 'type: library\n') })).toEqual([
    'chart/Chart.yaml: is a library chart: it makes nothing by itself',
  ])
  expect(says({ 'values.yaml': 'a: [\n' })[0]).toMatch(/^chart\/values\.yaml: /)
})

test('charts that are still packed inside a chart are unpacked, and so are seen', async () => {
  const inner = chartEntries({ 'Chart.yaml': 'apiVersion: v2\nname: redis\nversion: 1.0.0\n' }, 'redis')
  const outer = chartEntries({ 'Chart.yaml': chartYaml('1.0.0', 'dependencies: [{ name: redis, version: 1.x.x }]\n') })
  const packed = { kind: 'file' as const, path: 'site/charts/redis-1.0.0.tgz', executable: false, bytes: await packEntries(inner) }
  const entries = packageOfChart(await unpackCharts([...outer, packed]))
  expect(entries.map((one) => one.path)).toContain('chart/charts/redis/Chart.yaml')
  expect(validatePackage(entries).findings).toEqual([])
})
