import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importAppspec } from './import-appspec'
import { readFolder } from './pack-folder'
import { packageOfProgram } from './program-entries'
import type { ArchiveEntry } from './read-archive'
import { validatePackage } from './validate-package'

const file = (path: string, text = ''): ArchiveEntry => ({ kind: 'file', path, executable: false, bytes: Buffer.from(text) })
const start = 'version: 0.0\nos: linux\nhooks:\n  ApplicationStart: [{location: hooks/start}]\n'
const importOf = (text: string, ...more: string[]) =>
  importAppspec([file('appspec.yml', text), file('hooks/start'), ...more.map((path) => file(path))], 'x.zip')

test('a yiqiu package becomes a valid one, hook for hook in its order, and says what became of what', async () => {
  const entries = await readFolder(join(import.meta.dirname, '../testing/fixtures/yiqiu-echo'))
  const { manifest, rows } = importAppspec(entries, 'echo-2.0.zip')
  const verdict = validatePackage(packageOfProgram(entries, manifest ?? ''))
  expect(verdict.findings).toEqual([])
  expect(verdict.manifest?.name).toBe('echo')
  expect(verdict.manifest?.components[0]?.hooks).toMatchObject({
    install: { run: ['node', 'tengen/yiqiu.mjs', 'unpack', 'run=hooks/prep', 'put=index.html', 'run=hooks/conf'], timeout: '600s' },
    start: { run: ['node', 'tengen/yiqiu.mjs', 'run=hooks/start'], timeout: '60s' },
    stop: { run: ['node', 'tengen/yiqiu.mjs', 'run=hooks/stop'] },
    check: { run: ['node', 'tengen/yiqiu.mjs', 'run=hooks/check'], timeout: '30s' },
  })
  const said = rows.map(({ from, outcome, why }) => `${outcome} ${from} ${why}`)
  expect(said).toEqual(
    expect.arrayContaining([
      'changed workdir /srv/units/echo_7001 workdir',
      'changed files[0] index.html → /srv/www/ destination',
      'kept hooks.ApplicationStart[0] hooks/start event',
      'changed hooks.AfterInstall[0].timeout no_timeout',
      'left_out hooks.BeforeInstall[0].runas root runas',
      'left_out hooks.AfterAllowTraffic traffic_event',
      'left_out permissions unknown_key',
    ]),
  )
})

test('without a stop or a check script it says what takes their place', () => {
  const { manifest, rows } = importOf(start)
  expect(validatePackage(packageOfProgram([file('appspec.yml'), file('hooks/start')], manifest ?? '')).findings).toEqual([])
  expect(rows.map(({ why }) => why)).toEqual(expect.arrayContaining(['no_stop', 'no_check']))
})

test.each([
  ['hooks: [', 'yaml'],
  ['- a', 'appspec'],
  [start.replace('version: 0.0\n', ''), 'appspec_version'],
  [start.replace('linux', 'windows'), 'appspec_os'],
  [start.replace('hooks/start', '../start'), 'appspec_path'],
  [start.replace('hooks/start', '"hooks/start; rm x"'), 'appspec_path'],
  [start.replace('hooks/start', 'hooks/none'), 'file_missing'],
  [`${start}files: [{source: /none}]\n`, 'file_missing'],
  [`${start}files: [index.html]\n`, 'appspec_list'],
  [`${start}files: index.html\n`, 'appspec_list'],
  [`${start}files: [${'{source: /},'.repeat(101)}]\n`, 'appspec_list'],
  [start.replace('ApplicationStart', 'Start'), 'appspec_start'],
  [`${start}a: &x [1]\nb: [${'*x,'.repeat(200)}]\n`, 'yaml'],
])('%j is refused by rule %s', (text, rule) => {
  const { manifest, findings } = importOf(text)
  expect([manifest, findings.map((finding) => finding.rule)]).toEqual([null, expect.arrayContaining([rule])])
})
