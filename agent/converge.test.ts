import { describe, expect, test } from 'vitest'
import { contentDigestOf, type UnitContent, type UnitEntry } from '@/lib/protocol/desired'
import { buildContent, buildEntry } from '@/lib/testing/agent-process'
import { effectOf, goalOf, type Known, planUnit } from './converge'

const pack = (letter: string) => ({ name: 'demo', version: '1.0.0', digest: letter.repeat(64), sizeBytes: 1 })
const hooks = { reload: { run: ['hooks/reload'], timeoutMs: 1000 } }
const apply = { l: 'live', r: 'reload', s: 'restart', c: 'recreate', f: 'fixed' } as const
const config = { l: 1, r: 1, s: 1, c: 1, f: 1 }
const one = buildContent({ package: pack('a'), config, apply, hooks })
const entry = (content: UnitContent | null, change: Partial<UnitEntry> = {}) => buildEntry('unit-1', content, change)

const nothing: Known = {
  package: null,
  isSetUp: false,
  wasInstalled: false,
  applied: null,
  isDirty: false,
  isUp: false,
  restartToken: null,
  related: null,
  exists: false,
}
const running: Known = {
  ...nothing,
  package: one.package.digest,
  isSetUp: true,
  wasInstalled: true,
  applied: { content: one, digest: contentDigestOf(one) },
  isUp: true,
  exists: true,
}
const changed = (change: Partial<UnitContent>) => entry({ ...one, ...change })
const install = 'fetch stop link write install config-changed start launch relation-changed'
const upgrade = 'fetch stop link write upgrade config-changed start launch relation-changed'
const restart = 'stop write config-changed start launch relation-changed'

describe('from what is to what is wanted', () => {
  test.each<[string, Known, UnitEntry, string]>([
    ['nothing yet', nothing, entry(one), install],
    ['an install that failed half way begins anew', { ...running, wasInstalled: false, isDirty: true, isUp: false }, entry(one), install],
    ['all is as wanted', running, entry(one), ''],
    ['data that came along', { ...nothing, needsData: true }, entry(one), install.replace('link', 'link take-over')],
    ['data that came along to where it was before', { ...running, needsData: true }, entry(one), upgrade.replace('link', 'link take-over')],
    ['another package', running, changed({ package: pack('b') }), upgrade],
    ['an upgrade hook that failed', { ...running, isSetUp: false, isDirty: true, isUp: false }, entry(one), upgrade],
    [
      'back to the old package after it',
      { ...running, package: 'b'.repeat(64), isSetUp: false, isDirty: true, isUp: false },
      entry(one),
      upgrade,
    ],
    ['live field', running, changed({ config: { ...config, l: 2 } }), 'write config-changed relation-changed'],
    ['reload field', running, changed({ config: { ...config, l: 2, r: 2 } }), 'write config-changed reload relation-changed'],
    ['reload field without a reload hook', running, changed({ config: { ...config, r: 2 }, hooks: {} }), restart],
    ['restart field beside a live one', running, changed({ config: { ...config, l: 2, s: 2 } }), restart],
    ['fixed field', running, changed({ config: { ...config, f: 2 } }), 'write config-changed relation-changed'],
    ['field without a rule', running, changed({ config: { ...config, new: 1 } }), restart],
    ['another port', running, changed({ ports: { http: 1234 } }), restart],
    ['another size', running, changed({ resources: { cpuMillis: 500, memoryMib: 128, diskMib: 0 } }), 'resize write'],
    [
      'another size beside a live field',
      running,
      changed({ resources: { cpuMillis: 500, memoryMib: 128, diskMib: 0 }, config: { ...config, l: 2 } }),
      'resize write config-changed relation-changed',
    ],
    ['only another release', running, changed({ release: { id: 'r2', number: 2, version: '1.0.0' } }), 'write'],
    ['a change that failed half way', { ...running, isDirty: true }, entry(one), restart],
    [
      'a live field while it is down',
      { ...running, isUp: false },
      changed({ config: { ...config, l: 2 } }),
      'write config-changed start launch relation-changed',
    ],
    ['started again as it was', { ...running, isUp: false }, entry(null), 'start launch relation-changed'],
    ['a new restart token', running, entry(one, { restartToken: 'x' }), 'stop start launch relation-changed'],
    ['the same restart token', { ...running, restartToken: 'x' }, entry(one, { restartToken: 'x' }), ''],
    ['a new token with a change that restarts anyway', running, entry({ ...one, ports: { http: 1 } }, { restartToken: 'x' }), restart],
    ['as it is', running, entry({ ...one, ports: { http: 1 } }, { wanted: 'as_is' }), ''],
    ['stopped', running, entry(one, { wanted: 'stopped' }), 'stop'],
    [
      'stopped with another package',
      running,
      entry({ ...one, package: pack('b') }, { wanted: 'stopped' }),
      'stop fetch link write upgrade config-changed',
    ],
    ['absent', running, entry(null, { wanted: 'absent' }), 'stop remove delete'],
    ['absent and never there', nothing, entry(null, { wanted: 'absent' }), ''],
  ])('%s', (_, known, wanted, expected) => expect(planUnit(known, wanted).steps.join(' ')).toBe(expected))
})

test('who asks does not change the goal; generation, content, wish and token do', () => {
  const base = entry(one)
  expect(goalOf({ ...base, cause: null, check: null })).toBe(goalOf(base))
  const others = [{ generation: 2 }, { wanted: 'stopped' as const }, { restartToken: 'x' }, { content: { ...one, ordinal: 1 } }]
  const goals = [base, ...others.map((change) => ({ ...base, ...change }))].map(goalOf)
  expect(new Set(goals).size).toBe(goals.length)
})

test('recreate counts as a restart here: the new allocation is the hub’s part', () => {
  expect(effectOf(one, { ...one, config: { ...config, c: 2 } })).toBe('recreate')
  expect(planUnit(running, changed({ config: { ...config, c: 2 } })).steps.join(' ')).toBe(restart)
})
