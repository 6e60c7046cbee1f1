import { expect, test } from 'vitest'
import type { ReleaseFacts } from '@/lib/drivers/driver'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { renderUnit } from './render-unit'

const manifest = PackageManifest.parse({
  tengen: 1,
  name: 'web',
  version: '1.0.0',
  title: 'Web',
  runtimes: ['machine'],
  components: [{ name: 'main', templates: [{ from: 'a.conf', to: 'a.conf' }], process: { command: ['bin/web'] } }],
})
const release = (change: Partial<ReleaseFacts>): ReleaseFacts => ({
  id: 'r',
  number: 1,
  package: { name: 'web', version: '1.0.0', digest: 'a'.repeat(64), sizeBytes: 1 },
  manifest,
  templates: { 'a.conf': 'password = {{ config.password }}\n' },
  values: { password: '⟦secret:mine@2⟧' },
  env: {},
  ...change,
})
const service = { organizationSlug: 'acme', applicationSlug: 'shop', name: 'web', component: 'main' }
const unit = { name: 'web/0', ordinal: 0, machineId: 'm', machineName: 'm', address: '127.0.0.1', ports: {} }
const render = (change: Partial<ReleaseFacts>) => renderUnit(service, release(change), unit)

test('a unit gets the variables that its release takes; one that is not there is named, and nothing is rendered', () => {
  expect(JSON.parse(render({ env: { TOKEN: '⟦secret:shared@1⟧', REGION: 'north' } }).text).env).toEqual({
    TOKEN: '⟦secret:shared@1⟧',
    REGION: 'north',
  })
  expect(() => render({ env: { GONE: null } })).toThrow('There is no variable GONE.')
})

test('a template may write only the secrets that its release has', () => {
  expect(JSON.parse(render({}).text).files[0].text).toBe('password = ⟦secret:mine@2⟧\n')
  expect(() => render({ templates: { 'a.conf': '⟦secret:of-others@1⟧' } })).toThrow('not this service’s')
  expect(() => render({ templates: { 'a.conf': '⟦secret:mine@1⟧' } })).toThrow('not this service’s')
})

const atMachine = PackageManifest.parse({
  ...manifest,
  components: [{ name: 'main', templates: [{ from: 'a.conf', to: 'a.conf', render: 'agent' }], process: { command: ['bin/web'] } }],
})
const renderAtMachine = (source: string, values: ReleaseFacts['values'] = { workers: 2, word: 'x' }) =>
  JSON.parse(render({ manifest: atMachine, templates: { 'a.conf': source }, values }).text).files[0]

test('what speaks of the machine is left to it: the content holds the template and what it asks for, nothing else', () => {
  const source = '{{ machine.cpuCount | times: config.workers }} of {{ unit.name }}'
  expect(renderAtMachine(source)).toEqual({
    path: 'run/a.conf',
    mode: 0o640,
    text: source,
    inputs: { config: { workers: 2 }, unit: { name: 'web/0' } },
  })
  // A value that it does not ask for changes nothing of it.
  expect(renderAtMachine(source, { workers: 2, word: 'y' })).toEqual(renderAtMachine(source))
})

test('what would fail on every machine is refused before it is approved', () => {
  expect(() => renderAtMachine('{{ machine.colour }}')).toThrow('colour')
  expect(() => renderAtMachine('{{ config.gone }}')).toThrow('gone')
  expect(() => renderAtMachine('{% if %}')).toThrow()
})
