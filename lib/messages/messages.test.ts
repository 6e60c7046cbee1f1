import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReactNode } from 'react'
import { createTranslator } from 'use-intl/core'
import { expect, test } from 'vitest'
import { en } from './en'
import { zh } from './zh'

type Tree = { [key: string]: string | Tree }

const leaves = (tree: Tree, above = ''): [key: string, text: string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${above}${key}`, value] as [string, string]] : leaves(value, `${above}${key}.`),
  )

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return /\.tsx?$/.test(entry.name) && !entry.name.includes('.test.') ? [readFileSync(path, 'utf8')] : []
  })

const root = join(import.meta.dirname, '..', '..')
const code = ['components', 'app', 'lib/notices'].flatMap((folder) => sources(join(root, folder))).join('\n')
const keys = new Set(leaves(en).map(([key]) => key))
const areas = new RegExp(`['\`]((?:${Object.keys(en).join('|')})\\.[A-Za-z0-9_.$\\{\\}]+)`, 'g')
const mentioned = [...new Set([...code.matchAll(areas)].map((match) => match[1] ?? ''))]
const literal = mentioned.filter((key) => !key.includes('$'))
/** `deploys.kind.${kind}` uses every key below `deploys.kind.` */
const prefixes = mentioned.filter((key) => key.includes('$')).map((key) => key.slice(0, key.indexOf('$')))

test('every key that code names exists', () => {
  const missing = literal.filter((key) => !keys.has(key) && !key.endsWith('.'))
  expect(missing.filter((key) => ![...keys].some((one) => one.startsWith(`${key}.`)))).toEqual([])
})

test('every computed key has words below it', () => {
  expect(prefixes.filter((prefix) => ![...keys].some((key) => key.startsWith(prefix)))).toEqual([])
})

test('no key is unused', () => {
  const used = (key: string) => literal.includes(key) || prefixes.some((prefix) => prefix.length > 0 && key.startsWith(prefix))
  expect([...keys].filter((key) => !used(key))).toEqual([])
})

test('both languages have the same keys and the same gaps', () => {
  const gaps = (text: string) => [...new Set([...text.matchAll(/\{(\w+)[,}]|<(\w+)>/g)].map((match) => match[1] ?? match[2]))].sort()
  const chinese = new Map(leaves(zh))
  const differing = leaves(en).filter(([key, text]) => {
    const other = chinese.get(key)
    return other === undefined || gaps(other).some((gap) => !gaps(text).includes(gap))
  })
  expect(differing.map(([key]) => key)).toEqual([])
  expect(chinese.size).toBe(keys.size)
})

test.each([
  ['en', en],
  ['zh', zh],
] as const)('every text of %s can be rendered', (locale, messages) => {
  const failed: string[] = []
  for (const [key, text] of leaves(messages)) {
    const names = [...text.matchAll(/\{(\w+)[,}]/g)].map((match) => match[1] ?? '')
    const tags = [...text.matchAll(/<(\w+)>/g)].map((match) => match[1] ?? '')
    const t = createTranslator({ locale, messages: { text }, onError: ({ message }) => failed.push(`${key}: ${message}`) })
    t.rich('text', {
      ...Object.fromEntries(names.map((name) => [name, 3])),
      ...Object.fromEntries(tags.map((tag) => [tag, (chunks: ReactNode) => chunks])),
    })
  }
  expect(failed).toEqual([])
})
