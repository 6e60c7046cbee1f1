import { describe, expect, test } from 'vitest'
import { documentsOf, unsteady } from './chart-documents'
import { findHelm, type Helm } from './find-helm'
import { type ChartAsk, renderChart } from './render-chart'

const helm = await findHelm()
const ask: ChartAsk = { name: 'web-stable', namespace: 'acme-shop', kubeVersion: 'v1.34.4', apis: ['example.org/v1'], values: {} }
const chart = (files: Record<string, string>) =>
  Object.entries({ 'Chart.yaml': 'apiVersion: v2\nname: site\nversion: 1.0.0\n', ...files }).map(([path, text]) => ({
    path,
    bytes: Buffer.from(text),
  }))
const config = (value: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  value: ${value}\n`
const render = (files: Record<string, string>, more: Partial<ChartAsk> = {}) =>
  renderChart(helm as Helm, chart(files), { ...ask, ...more }, 3_000)
const textOf = async (value: string) => {
  const rendering = await render({ 'templates/a.yaml': config(value) })
  return rendering.ok ? rendering.documents[0]?.text : rendering.message
}

test('two renderings are compared template by template', () => {
  const text = (value: string) => `---\n# Source: site/templates/a.yaml\na: 1\n---\n# Source: site/templates/b.yaml\nb: ${value}\n`
  expect(documentsOf(text('x'))).toEqual([
    { source: 'site/templates/a.yaml', text: 'a: 1' },
    { source: 'site/templates/b.yaml', text: 'b: x' },
  ])
  expect(unsteady(documentsOf(text('x')), documentsOf(text('x')))).toEqual([])
  expect(unsteady(documentsOf(text('x')), documentsOf(text('y')))).toEqual(['site/templates/b.yaml'])
})

describe.skipIf('whyNot' in helm)('Helm', () => {
  test('renders with the cluster’s version and what it serves, and asks neither cluster nor network', async () => {
    expect(await textOf('{{ .Capabilities.KubeVersion.Version }} {{ .Capabilities.APIVersions.Has "example.org/v1" }}')).toContain(
      'value: v1.34.4 true',
    )
    expect(await textOf('{{ lookup "v1" "Namespace" "" "default" | toJson | quote }}')).toContain('value: "{}"')
    expect(await textOf('{{ getHostByName "localhost" | quote }}')).toContain('value: ""')
    expect(await textOf('{{ env "HOME" | quote }}')).toContain('function "env" not defined')
  })
  test('refuses a chart that renders differently each time, and names the template', async () => {
    const random = await render({ 'templates/a.yaml': config('steady'), 'templates/b.yaml': config('{{ randAlphaNum 8 }}') })
    expect(random).toMatchObject({ ok: false, isPassing: false })
    expect(random).toHaveProperty('message', expect.stringMatching(/^site\/templates\/b\.yaml renders differently each time/))
    expect(await textOf('{{ now | date "15:04:05" | quote }}')).toContain('renders differently each time')
  })
  test('checks values against the whole schema of the chart, in its own words', async () => {
    const schema = JSON.stringify({ type: 'object', additionalProperties: false, properties: { count: { type: 'integer' } } })
    const rendering = await render(
      { 'values.schema.json': schema, 'templates/a.yaml': config('x') },
      { values: { count: 'many', other: 1 } },
    )
    expect(rendering).toMatchObject({ ok: false, message: expect.stringContaining("at '/count': got string, want integer") })
  })
  test('is stopped when it takes or says too much', async () => {
    expect(await textOf('{{ repeat 5000000 "x" }}')).toBe('The chart becomes more than 4 MiB.')
    expect(await textOf('{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}')).toBe('Helm did not end in time.')
  }, 30_000)
})
