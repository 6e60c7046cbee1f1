import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepSettings, readSettings, settingsFile } from './settings'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tengen-settings-'))
  vi.stubEnv('TENGEN_CONFIG', path.join(folder, 'deep/config.json'))
  for (const name of ['TENGEN_URL', 'TENGEN_TOKEN', 'TENGEN_ORG', 'TENGEN_APP']) vi.stubEnv(name, '')
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

test('what a command says counts before the environment, and that before what was kept, which its owner alone reads', () => {
  keepSettings({ url: 'https://hub.example', token: 'tgn_kept', organization: 'acme', application: 'shop' })
  expect(statSync(settingsFile()).mode & 0o777).toBe(0o600)
  vi.stubEnv('TENGEN_APP', 'edge')
  expect(readSettings({ organization: 'other' })).toEqual({
    url: 'https://hub.example',
    token: 'tgn_kept',
    organization: 'other',
    application: 'edge',
  })
})

test('a token that was kept is sent to no other hub', () => {
  keepSettings({ url: 'https://hub.example', token: 'tgn_kept' })
  expect(readSettings({ url: 'https://hub.example/' }).token).toBe('tgn_kept')
  expect(readSettings({ url: 'https://evil.example' }).token).toBeUndefined()
  vi.stubEnv('TENGEN_URL', 'http://hub.example')
  expect(readSettings().token).toBeUndefined()
  vi.stubEnv('TENGEN_TOKEN', 'tgn_said')
  expect(readSettings().token).toBe('tgn_said')
})
