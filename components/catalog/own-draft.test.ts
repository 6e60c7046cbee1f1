import { expect, test } from 'vitest'
import { emptyDraft, newVariable, type OwnDraft, programOf } from './own-draft'

const draft = (change: Partial<OwnDraft> = {}): OwnDraft => ({
  ...emptyDraft,
  name: 'mine',
  title: 'Mine',
  command: '/bin/true',
  ...change,
})

test('a filled-in form is what the server takes: words of commands, numbers, and no empty lines', () => {
  const answers = programOf(
    draft({
      command: '/usr/sbin/nginx -g "daemon off;" --port={{ ports.http }}',
      check: 'http',
      checkStatus: '204',
      variables: [newVariable(), { name: ' LEVEL ', default: ' x', isSecret: false, isRequired: true }],
    }),
  )
  expect(answers).toMatchObject({
    program: {
      command: ['/usr/sbin/nginx', '-g', 'daemon off;', '--port={{ ports.http }}'],
      ports: [{ name: 'http', default: 8080, variable: 'PORT', option: null }],
      check: { kind: 'http', port: 'http', path: '/', status: 204 },
      variables: [{ name: 'LEVEL', default: ' x', isSecret: false, isRequired: true }],
    },
  })
})

test('what a secret was given never leaves the form', () => {
  const variables = [{ name: 'TOKEN', default: 'typed before it was called a secret', isSecret: true, isRequired: false }]
  expect(JSON.stringify(programOf(draft({ variables })))).not.toContain('typed before')
})

test.each([
  [{ name: 'My Name' }, { name: 'name' }],
  [{ version: 'one' }, { version: 'version' }],
  [{ command: 'server' }, { command: 'command' }],
  [{ command: 'a | b' }, { command: 'shellSign' }],
  [{ command: 'run "x' }, { command: 'quoteOpen' }],
  [{ command: '/bin/true {{ ports.no }}' }, { command: 'toldPort' }],
  [{ command: '/opt/{{ address }}' }, { command: 'toldProgram' }],
  [{ command: '/bin/true {{ config.A }}' }, { command: 'shellSign' }],
  [{ check: 'command', checkCommand: '/bin/x {{ ports.http }}' }, { 'check.run': 'shellSign' }],
  [{ ports: [{ name: 'http', default: 'x', variable: 'PORT', option: 'no' }] }, { 'ports.0.default': 'port', 'ports.0.option': 'option' }],
  [
    { check: 'http', checkPath: 'x', checkPort: 'none' },
    { 'check.path': 'path', 'check.port': 'checkPort' },
  ],
  [{ check: 'command', checkCommand: 'x && y' }, { 'check.run': 'shellSign' }],
  [{ variables: [newVariable(), { name: 'a b', default: '', isSecret: false, isRequired: false }] }, { 'variables.1.name': 'variable' }],
] as [Partial<OwnDraft>, object][])('%j is told at its place', (change, wrongs) => {
  expect(programOf(draft(change))).toEqual({ wrongs })
})
