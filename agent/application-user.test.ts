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

test('root that cannot give applications their own accounts runs nothing of theirs, and says which folder is closed', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-users-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'users.json')
  const closed = await ApplicationUsers.load(file, folder, true)
  expect(closed.refuses).toBe(true)
  await expect(closed.userFor('shop')).rejects.toMatchObject({ code: 'no_separate_users', message: expect.stringContaining(folder) })
  const ordinary = await ApplicationUsers.load(file, folder, false)
  expect(ordinary).toMatchObject({ refuses: false, whyNot: expect.stringContaining('not run as root') })
  expect(await ordinary.userFor('shop')).toBeUndefined()
})
