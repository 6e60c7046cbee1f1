import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dropData } from './drop-data'
import { homeAt } from './home'

const root = mkdtempSync(join(os.tmpdir(), 'tengen-drop-'))
const home = homeAt(root)

beforeEach(() => {
  for (const folder of [join(home.apps, 'acme_shop/web_0/data/deep'), home.trash]) mkdirSync(folder, { recursive: true })
  writeFileSync(join(home.apps, 'acme_shop/web_0/data/deep/file'), 'x')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const data = join(home.apps, 'acme_shop/web_0/data')

test('kept data are deleted with the folders that held nothing else; done again, there is nothing to do', async () => {
  mkdirSync(join(home.apps, 'acme_shop/web_1'))
  for (let times = 0; times < 2; times++) await dropData(home, data, ['acme_shop/web_1'])
  expect(readdirSync(join(home.apps, 'acme_shop'))).toEqual(['web_1'])
  expect(readdirSync(home.trash)).toEqual([])
})

test.each([
  ['of a unit that is here', data, ['acme_shop/web_0'], 'data_in_use'],
  ['that hold a unit that is here', join(home.apps, 'acme_shop/web_0'), ['acme_shop/web_0'], 'data_in_use'],
  ['outside the agent’s folder', '/etc/passwd', [], 'data_not_ours'],
  ['by a way out of it', `${home.apps}/acme_shop/../../state`, [], 'data_not_ours'],
  ['of a whole application', join(home.apps, 'acme_shop'), [], 'data_not_ours'],
])('nothing is touched %s', async (_what, path, used, code) => {
  await expect(dropData(home, path, used)).rejects.toMatchObject({ code })
  expect(existsSync(join(data, 'deep/file'))).toBe(true)
})

test('no link is followed, neither on the way nor in the data', async () => {
  const outside = join(root, 'outside')
  mkdirSync(join(outside, 'data'), { recursive: true })
  writeFileSync(join(outside, 'data/file'), 'x')
  symlinkSync(outside, join(home.apps, 'acme_shop/web_1'))
  await expect(dropData(home, join(home.apps, 'acme_shop/web_1/data'), [])).rejects.toMatchObject({ code: 'data_not_ours' })
  symlinkSync(join(outside, 'data'), join(data, 'link'))
  await dropData(home, data, [])
  expect(existsSync(data)).toBe(false)
  expect(existsSync(join(outside, 'data/file'))).toBe(true)
})
