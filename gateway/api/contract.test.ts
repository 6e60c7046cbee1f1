import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { breaks, contractOf } from './contract'
import { openApiDocument } from './openapi'
import { routes } from './routes'

const kept = readFileSync(path.join(import.meta.dirname, '../../docs/api-v1.txt'), 'utf8')
  .trimEnd()
  .split('\n')
const now = contractOf(openApiDocument(routes))

test('programs that were written for the API as it was go on with it', () => {
  expect(breaks(kept, now)).toEqual([])
})

test('docs/api-v1.txt has all that is promised by now (npm run docs)', () => {
  expect(now.filter((line) => !kept.includes(line))).toEqual([])
})

test('what is lost or newly asked for is a break, and what is added is none', () => {
  const before = ['at GET /a', 'may GET /a .b', 'out A.c']
  expect(breaks(before, [...before, 'at POST /n', 'must POST /n .x', 'out A.d'])).toEqual([])
  expect(breaks(before, ['at GET /a', 'must GET /a .b', 'must GET /a .x'])).toEqual([
    'lost: out A.c',
    'newly asked for: must GET /a .b',
    'newly asked for: must GET /a .x',
  ])
})
