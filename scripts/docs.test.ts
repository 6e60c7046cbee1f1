import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { en } from '@/lib/messages/en'
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

type Words = { readonly [key: string]: string | Words }
const said = (words: Words): string[] => Object.values(words).flatMap((one) => (typeof one === 'string' ? [one.toLowerCase()] : said(one)))

test('what the guides call by its name on a page is called so there', () => {
  const onPages = new Set(said(en).map((text) => text.replace(/…$/, '')))
  const unknown = ['guides', 'how-to'].flatMap((folder) =>
    readdirSync(path.join(root, 'docs', folder)).flatMap((file) =>
      [...readFileSync(path.join(root, 'docs', folder, file), 'utf8').matchAll(/(?<![\w`*])[_*]([A-Z][^_*\n]{1,60})[_*](?![\w*])/g)]
        .flatMap(([, names = '']) => names.split(/, | → /))
        .map((name) => name.replace(/[.…]$/, '').toLowerCase())
        .filter((name) => !onPages.has(name))
        .map((name) => `${file}: ${name}`),
    ),
  )
  expect(unknown).toEqual([])
})
