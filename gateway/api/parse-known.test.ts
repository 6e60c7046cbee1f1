import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { parseKnown } from './parse-known'

const schema = z.object({
  name: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
  rules: z.array(z.object({ path: z.string() })).optional(),
})

test.each([
  [{ name: 'a', nmae: 'b' }, 'nmae'],
  [{ name: 'a', rules: [{ path: '/' }, { path: '/', prot: 1 }] }, 'rules.1.prot'],
  [{ name: 'a', __proto__: null, constructor: 1 }, 'constructor'],
])('what is not known is refused, with where it stands: %j', (sent, path) => {
  expect(() => parseKnown(schema, sent)).toThrow(
    expect.objectContaining({ code: 'invalid', details: { issues: [{ path, message: 'is not a field of this request' }] } }),
  )
})

test('what is known is taken, with what was left out', () => {
  expect(parseKnown(schema, { name: 'a', labels: { any: 'thing' }, rules: [] })).toEqual({ name: 'a', labels: { any: 'thing' }, rules: [] })
  expect(parseKnown(schema, { name: 'a' })).toEqual({ name: 'a', labels: {} })
  expect(parseKnown(undefined, undefined)).toBeUndefined()
  expect(parseKnown(undefined, {})).toBeUndefined()
  expect(() => parseKnown(undefined, { name: 'a' })).toThrow('not valid')
  expect(parseKnown(undefined, Readable.from(['bytes']))).toBeUndefined()
})
