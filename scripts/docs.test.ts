import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { configurationText } from './configuration'

const root = path.join(import.meta.dirname, '..')
const link = /\]\((?!https?:|mailto:|#)([^)#\s]+)/g

test('every link of the documents leads to a file', () => {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: root, encoding: 'utf8' })
  const files = list.split('\n').filter((file) => file && existsSync(path.join(root, file)))
  const dead = files.flatMap((file) =>
    [...readFileSync(path.join(root, file), 'utf8').matchAll(link)]
      .map(([, target = '']) => path.join(path.dirname(file), target))
      .filter((target) => !existsSync(path.join(root, target)))
      .map((target) => `${file} → ${target}`),
  )
  expect(files.length).toBeGreaterThan(40)
  expect(dead).toEqual([])
})

test('the table of settings is up to date: npm run docs', () => {
  const text = configurationText()
  expect(text).not.toMatch(/\| +\|/)
  expect(readFileSync(path.join(root, 'docs/configuration.md'), 'utf8')).toBe(text)
})
