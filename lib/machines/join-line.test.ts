import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinLine, shellWord } from './join-line'
import { executableHead, joinScript } from './join-script'
import { reachOf } from './join-views'

const sha = 'a'.repeat(64)
const sh = (text: string) => execFileSync('/bin/sh', ['-c', text], { encoding: 'utf8' })

test('whatever a text holds, a shell reads it as one word and runs nothing of it', () => {
  const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 12 }), 100).map((text) => text.replaceAll('\0', ''))
  const nasty = ["'; touch /tmp/x; '", '$(id)', '`id`', '\\', "it's", '!!', '\n', '*', '~', '"', '-n', ...texts]
  const seen = sh(nasty.map((text) => `printf '%s\\0' ${shellWord(text)}`).join('\n')).split('\0')
  expect(seen.slice(0, -1)).toEqual(nasty)
})

test('an address is reduced to its origin and cannot leave its quotes, a damaged digest is refused', () => {
  const line = joinLine({ hub: "https://a'b;$(x).example/path?q#f", token: 'tgj_x', scriptSha256: sha })
  expect(line).toContain(`--hub 'https://a'\\''b;$(x).example' --token 'tgj_x')`)
  sh(`if false; then ${line}; fi`)
  expect(() => joinLine({ hub: 'https://h', token: 't', scriptSha256: `${sha.slice(1)}"` })).toThrow('64')
  expect(() => joinScript({ agentSha256: '$(id)', nodeSha256: {} })).toThrow('64')
})

test('a hub without TLS needs a word, but not on the machine itself', () => {
  const plain = (hub: string) => joinLine({ hub, token: 't', scriptSha256: sha }).includes(' --plain)')
  expect(['http://10.0.0.4:4800', 'http://127.0.0.1.example.org', 'http://hub'].map(plain)).toEqual([true, true, true])
  expect(['https://hub', 'http://127.0.0.1:4800', 'http://localhost', 'http://[::1]:80'].map(plain)).toEqual([false, false, false, false])
  expect(['ftp://x', 'hub', '', 'javascript:alert(1)'].map(reachOf)).toEqual([undefined, undefined, undefined, undefined])
})

test('the script is one that every shell can read, and the same for every address and token', () => {
  const script = joinScript({ agentSha256: sha, nodeSha256: { x64: 'b'.repeat(64) } })
  expect(script).toContain(`\nagent_sha256=${sha}\nnode_sha256_x64=${'b'.repeat(64)}\nnode_sha256_arm64=\n`)
  execFileSync('/bin/sh', ['-n'], { input: script })
  execFileSync('/bin/bash', ['--posix', '-n'], { input: script })
  const head = executableHead(script, { architecture: 'x64', agentBytes: 10, nodeBytes: 20 })
  execFileSync('/bin/sh', ['-n'], { input: head })
  expect(head).toMatch(/\ncarried_arch=x64 carried_agent=10 carried_node=20\nmain "\$@"\nexit # what follows is carried\n$/)
  // A download that was cut off runs nothing.
  expect(script.trimEnd().endsWith('\nmain "$@"')).toBe(true)
})
