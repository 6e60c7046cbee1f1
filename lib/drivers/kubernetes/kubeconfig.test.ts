import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { accessOf, describeKubeconfig, KubeconfigError } from './kubeconfig'

const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-pki-'))
execFileSync(
  'openssl',
  ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'k', '-out', 'c', '-subj', '/CN=x'],
  {
    cwd: folder,
    stdio: 'ignore',
  },
)
const read = (name: string) => readFileSync(path.join(folder, name))
const [certificate, key] = [read('c'), read('k')]
afterAll(() => rmSync(folder, { recursive: true }))

const cluster = { server: 'https://kube.example:6443', 'certificate-authority-data': certificate.toString('base64') }
const user = { token: 'secret' }
const fileOf = (own: { cluster?: object; user?: object; more?: object } = {}) =>
  stringify({
    clusters: [{ name: 'c', cluster: { ...cluster, ...own.cluster } }],
    users: [{ name: 'u', user: own.user ?? user }],
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'here',
    ...own.more,
  })

test('only address, authority and credential are taken of a kubeconfig', () => {
  const noisy = Buffer.concat([Buffer.from('a comment\n'), certificate, key]).toString('base64')
  expect(accessOf(fileOf({ cluster: { 'certificate-authority-data': noisy, extensions: [] } }))).toEqual({
    server: 'https://kube.example:6443',
    authority: certificate.toString(),
    serverName: null,
    credential: { kind: 'token', token: 'secret' },
  })
  const own = { 'client-certificate-data': certificate.toString('base64'), 'client-key-data': key.toString('base64') }
  expect(accessOf(fileOf({ user: own })).credential).toEqual({
    kind: 'certificate',
    certificate: certificate.toString(),
    key: key.toString(),
  })
})

test.each([
  ['exec', { user: { exec: { command: 'aws' } } }],
  ['auth_provider', { user: { 'auth-provider': { name: 'oidc' } } }],
  ['proxy_url', { cluster: { 'proxy-url': 'http://10.0.0.1:3128' } }],
  ['insecure', { cluster: { 'insecure-skip-tls-verify': true } }],
  ['file_reference', { cluster: { 'certificate-authority': '/etc/ca.crt' } }],
  ['file_reference', { user: { tokenFile: '/var/run/token' } }],
  ['file_reference', { user: { 'client-certificate': 'a.crt', 'client-key': 'a.key' } }],
  ['impersonation', { user: { ...user, as: 'root' } }],
  ['password', { user: { username: 'a', password: 'b' } }],
  ['no_credential', { user: {} }],
  ['not_https', { cluster: { server: 'http://kube.example' } }],
  ['not_https', { cluster: { server: 'https://a:b@kube.example' } }],
  ['bad_authority', { cluster: { 'certificate-authority-data': 'bm9uZQ==' } }],
  ['bad_certificate', { user: { 'client-certificate-data': 'bm9uZQ==', 'client-key-data': 'bm9uZQ==' } }],
] as const)('refused: %s', (code, own) => {
  expect(describeKubeconfig(fileOf(own)).contexts[0]?.refusal?.code).toBe(code)
  expect(() => accessOf(fileOf(own))).toThrow(KubeconfigError)
})

test.each([
  ['not_yaml', 'a: [b'],
  ['not_yaml', 'a: &a [*a, *a]\nb: *missing'],
  ['not_kubeconfig', 'hello: world'],
  ['not_kubeconfig', ''],
  ['no_context', fileOf({ more: { contexts: [] } })],
] as const)('what is no kubeconfig is refused: %s', (code, source) => {
  expect(() => describeKubeconfig(source)).toThrow(expect.objectContaining({ code }))
})

test('of several contexts the marked one is meant; without a mark somebody has to choose', () => {
  const contexts = ['one', 'two'].map((name) => ({ name, context: { cluster: 'c', user: name === 'one' ? 'u' : 'nobody' } }))
  const marked = describeKubeconfig(fileOf({ more: { contexts, 'current-context': 'one' } }))
  expect(marked.current).toBe('one')
  expect(marked.contexts.map(({ name, refusal }) => [name, refusal?.code])).toEqual([
    ['one', undefined],
    ['two', 'context_incomplete'],
  ])
  const source = fileOf({ more: { contexts, 'current-context': '' } })
  expect(describeKubeconfig(source).current).toBeNull()
  expect(() => accessOf(source)).toThrow(expect.objectContaining({ code: 'no_context', detail: 'one, two' }))
  expect(accessOf(source, 'one').server).toBe('https://kube.example:6443')
})
