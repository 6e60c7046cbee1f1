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
  expect(render({}).files[0]?.text).toBe('password = ⟦secret:mine@2⟧\n')
  expect(() => render({ templates: { 'a.conf': '⟦secret:of-others@1⟧' } })).toThrow('not this service’s')
  expect(() => render({ templates: { 'a.conf': '⟦secret:mine@1⟧' } })).toThrow('not this service’s')
})
