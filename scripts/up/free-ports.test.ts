import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { choosePorts } from './free-ports'
import { homeAt, prepareHome } from './home'

const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-ports-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('products that start at the same moment never choose the same port', async () => {
  const homes = ['a', 'b', 'c', 'd'].map((name) => homeAt(folder, path.join(folder, name)))
  for (const home of homes) prepareHome(home)
  const chosen = await Promise.all(homes.map((home) => choosePorts(home, '127.0.0.1', undefined)))
  const ports = chosen.flatMap((one) => Object.values(one))
  expect(new Set(ports).size).toBe(ports.length)
})
