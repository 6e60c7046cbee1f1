import { expect, test } from 'vitest'
import { httpCheckCommand } from '@/lib/protocol/desired'
import { contentCheckOf, PackageManifest, whyNotCommand } from '@/lib/protocol/package-manifest'
import { envOf, processOf } from './render-process'

const componentOf = (change: object) => {
  const { components } = PackageManifest.parse({
    tengen: 1,
    name: 'demo',
    version: '1.0.0',
    title: 'Demo',
    components: [{ name: 'main', ports: [{ name: 'http', default: 80 }], process: { command: ['/bin/true', '{{ x }}'] }, ...change }],
  })
  return components[0]!
}
const scope = { config: { level: '{{ address }}', many: 3, token: '⟦secret:sec_a@2⟧' }, ports: { http: 8081 }, address: '10.0.0.1' }

test('env takes values, ports and address; a value is never rendered again, and one that was not given leaves its variable out', () => {
  const env = {
    LEVEL: '{{ config.level }}',
    MANY: 'n={{config.many}}',
    TOKEN: '{{ config.token }}',
    NONE: '{{ config.none }}',
    PORT: '{{ ports.http }}',
  }
  expect(envOf(componentOf({ env }), scope)).toEqual({ LEVEL: '{{ address }}', MANY: 'n=3', TOKEN: scope.config.token, PORT: '8081' })
})

test('what a text only mentions must be there', () => {
  expect(() => envOf(componentOf({ env: { A: 'x{{ config.none }}' } }), scope)).toThrow(/none/)
  expect(() => envOf(componentOf({ env: { A: '{{ config.level }}' } }), { config: { level: 'a\0b' } })).toThrow(/zero byte/)
})

test('arguments are rendered and stay one word each; the command itself is never rendered', () => {
  const process = {
    command: ['/bin/true', '{{ x }}'],
    arguments: ['--port={{ ports.http }}', 'a {{ config.level }} b', '{{ config.none }}'],
  }
  expect(processOf(componentOf({ process }), scope)?.command).toEqual(['/bin/true', '{{ x }}', '--port=8081', 'a {{ address }} b'])
})

test('an agent that knows no HTTP check refuses it as a command, and does not pass over it', () => {
  const check = contentCheckOf(componentOf({ hooks: { check: { http: { port: 'http', path: '/h' } } } }))
  expect(check).toMatchObject({ run: httpCheckCommand, http: { port: 'http', path: '/h', status: null } })
  expect(whyNotCommand(httpCheckCommand)).toContain('the program must be')
})
