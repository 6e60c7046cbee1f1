import { expect, test } from 'vitest'
import { z } from 'zod'
import { unknownFields } from './unknown-fields'

const Shape = z.object({
  name: z.string(),
  size: z.object({ units: z.int().optional() }).optional(),
  rules: z.array(z.object({ days: z.array(z.string()) })).default([]),
  values: z.record(z.string(), z.unknown()).optional(),
  labels: z.record(z.string(), z.object({ value: z.string() })).optional(),
  how: z.discriminatedUnion('kind', [z.object({ kind: z.literal('a'), one: z.string() }), z.object({ kind: z.literal('b') })]).optional(),
  loose: z.looseObject({ known: z.string() }).optional(),
  either: z.union([z.string(), z.object({ text: z.string() })]).nullish(),
})

test.each([
  [{ name: 'x', nmae: 'y' }, ['nmae']],
  [{ name: 'x', size: { units: 1, unit: 2 } }, ['size.unit']],
  [{ name: 'x', rules: [{ days: [] }, { days: [], day: 1 }] }, ['rules.1.day']],
  [{ name: 'x', labels: { any: { value: 'a', more: 1 } } }, ['labels.any.more']],
  [{ name: 'x', how: { kind: 'b', one: '' } }, ['how.one']],
  [{ name: 'x', either: { txt: 'a' } }, ['either.txt']],
  [JSON.parse('{ "name": "x", "__proto__": 1, "constructor": 2 }'), ['__proto__', 'constructor']],
  [{ name: 'x', values: { anything: { goes: [1] } }, loose: { more: 1 }, either: 'text', how: { kind: 'a', one: '' } }, []],
  ['no object at all', []],
])('%j', (input, unknown) => expect(unknownFields(Shape, input)).toEqual(unknown))

test('what is changed on its way in, refined or deep is looked at as it comes', () => {
  const Deep = z.object({
    at: z
      .object({ from: z.string() })
      .refine(() => true)
      .transform(({ from }) => from),
  })
  expect(unknownFields(Deep, { at: { from: 'x', till: 'y' } })).toEqual(['at.till'])
  expect(unknownFields(z.object({ a: z.string() }).and(z.object({ b: z.string() })), { a: '', b: '', c: '' })).toEqual(['c'])
})
