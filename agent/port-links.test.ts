import { closeSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFolder } from './beneath'
import { linkPorts, unlinkPorts } from './port-links'

let root: string
let folder: number
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'tengen-links-'))
  for (const name of ['web_0', 'web_1', 'web_8081']) mkdirSync(path.join(root, name))
  folder = openFolder(root, [])
})
afterEach(() => {
  closeSync(folder)
  rmSync(root, { recursive: true })
})
const links = () =>
  readdirSync(root, { withFileTypes: true })
    .filter((one) => one.isSymbolicLink())
    .map(({ name }) => `${name} → ${readlinkSync(path.join(root, name))}`)

test('a unit is found by its ports, new ones in place of old ones, and never in the place of another', () => {
  linkPorts(folder, 'web_0', ['web_8080', 'web_8081'])
  linkPorts(folder, 'web_1', ['web_9000'])
  expect(links()).toEqual(['web_8080 → web_0', 'web_9000 → web_1'])
  linkPorts(folder, 'web_0', ['web_8090'])
  linkPorts(folder, 'web_1', ['web_8080'])
  expect(links()).toEqual(['web_8080 → web_1', 'web_8090 → web_0'])
  unlinkPorts(folder, 'web_1')
  expect(links()).toEqual(['web_8090 → web_0'])
})
