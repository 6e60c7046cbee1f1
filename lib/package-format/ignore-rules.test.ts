import { expect, test } from 'vitest'
import { ignoreRules } from './ignore-rules'

const paths = [
  'a.log',
  'log/a.log',
  'log/keep.log',
  'build/x',
  'src/build/x',
  'src/a/b.ts',
  '.git/config',
  '.env',
  'docs/deep/er/x.md',
  'a+b',
]

test.each([
  ['*.log', ['a.log', 'log/a.log', 'log/keep.log']],
  ['*.log\n!keep.log', ['a.log', 'log/a.log']],
  ['/build', ['build/x']],
  ['build/', ['build/x', 'src/build/x']],
  ['a.log/', []],
  ['# words\n\nsrc/*/b.ts', ['src/a/b.ts']],
  ['docs/**/x.md', ['docs/deep/er/x.md']],
  ['log/\n!log/keep.log', ['log/a.log', 'log/keep.log']],
  ['?.log', ['a.log', 'log/a.log']],
  ['a+b', ['a+b']],
  ['!.env\n*.md', ['docs/deep/er/x.md']],
])('%j leaves out what .gitignore would', (rules, left) => {
  expect(paths.filter(ignoreRules(rules))).toEqual(
    paths.filter((path) => left.includes(path) || path.startsWith('.git/') || (path === '.env' && !rules.includes('!.env'))),
  )
})

test('a pattern made to be slow is not', () => {
  const began = performance.now()
  ignoreRules(`${'*a'.repeat(100)}b`)('a'.repeat(400))
  expect(performance.now() - began).toBeLessThan(1000)
})
