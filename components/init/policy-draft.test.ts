import { expect, test } from 'vitest'
import type { InitCheck } from '@/lib/protocol/init'
import { draftOf, readDraft } from './policy-draft'
import { policyFields, policyKinds } from './policy-fields'

const pkg = { name: 'tools', version: '1.0.0', digest: 'a'.repeat(64), sizeBytes: 10 }
const checks: InitCheck[] = [
  { kind: 'system', distributions: ['debian', 'ubuntu'], versionAtLeast: null, kernelAtLeast: '6.1' },
  { kind: 'memory', memoryMib: 2048, cores: null },
  { kind: 'disk', path: '/var/lib', freeMib: 100, writeMibPerSecond: 50 },
  { kind: 'clock', withinMs: 1500 },
  { kind: 'programs', programs: ['git', '/usr/bin/curl'] },
  { kind: 'user', user: 'deploy', uid: 1200, create: true },
  { kind: 'sysctl', key: 'vm.max_map_count', value: '262144', set: true },
  { kind: 'package', ...pkg, run: ['bin/prepare', 'two words', '--all'], timeoutMs: 90_000 },
]

test.each(checks)('a policy of kind $kind reads back from its fields as it was', (check) => {
  expect(readDraft(check.kind, draftOf(check.kind, check), [pkg])).toEqual({ check, wrong: [] })
})

test('every kind has its fields, and what is wrong is named by its field', () => {
  expect(policyKinds.toSorted()).toEqual(checks.map(({ kind }) => kind).toSorted())
  const wrong = (kind: InitCheck['kind'], draft: Record<string, string>) => readDraft(kind, { ...draftOf(kind), ...draft }, [pkg]).wrong
  expect(wrong('memory', { memoryMib: 'much', cores: '1.5' })).toEqual(['memoryMib', 'cores'])
  expect(wrong('disk', { path: 'var/../etc', freeMib: '' })).toEqual(['path', 'freeMib'])
  expect(wrong('programs', { programs: ' ' })).toEqual(['programs'])
  expect(wrong('programs', { programs: 'git; rm' })).toEqual(['programs'])
  expect(wrong('sysctl', { key: '../../etc/passwd', value: '1' })).toEqual(['key'])
  expect(wrong('package', { run: '"open' })).toEqual(['digest', 'run'])
  for (const fields of Object.values(policyFields)) expect(new Set(fields.map(({ key }) => key)).size).toBe(fields.length)
})
