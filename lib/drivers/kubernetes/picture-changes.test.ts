import { expect, test } from 'vitest'
import { PictureChanges } from './picture-changes'

test('a change is about what has its name, and about what is made by it, in its namespace alone', () => {
  const changes = new PictureChanges()
  expect(changes.isAbout('shop', ['web-stable'])).toBe(false)
  changes.add({ namespace: 'shop', name: 'web-stable-7d9f-x2' })
  expect(changes.isAbout('shop', ['web-stable'])).toBe(true)
  expect(changes.isAbout('shop', ['web-canary', 'web-stab'])).toBe(false)
  expect(changes.isAbout('edge', ['web-stable'])).toBe(false)
})

test('after a list anything may have changed', () => {
  const changes = new PictureChanges()
  changes.addAll()
  expect(changes.isAbout('edge', ['mail-stable'])).toBe(true)
})

test('after a list of one namespace anything in it may have changed, and nothing elsewhere', () => {
  const changes = new PictureChanges()
  changes.addNamespace('shop')
  expect([changes.isAbout('shop', ['web-stable']), changes.isAbout('edge', ['web-stable'])]).toEqual([true, false])
})
