import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ApplicationUsers, freeUid } from './application-user'

test('units that begin together get one number an application, and no number twice', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-users-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'users.json')
  const users = await ApplicationUsers.load(file, '/')
  const asked = ['a', 'b', 'a', 'c', 'b', 'a', 'd', 'a']
  const given = await Promise.all(asked.map((name) => users.userFor(name)))
  if (users.whyNot !== undefined) return expect(given.every((user) => user === undefined)).toBe(true)
  expect(new Set(given.map((user) => user?.uid)).size).toBe(4)
  const again = await ApplicationUsers.load(file, '/')
  expect(await Promise.all(asked.map((name) => again.userFor(name)))).toEqual(given)
})

test('a number that is taken is passed over', () => {
  const first = freeUid('shop', new Set())
  expect(freeUid('shop', new Set([first]))).toBe(first + 1)
})
