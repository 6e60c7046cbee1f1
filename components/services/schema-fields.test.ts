import { expect, test } from 'vitest'
import { defaultsOf, fieldsOf, sectionsOf } from './schema-fields'
import { valueAt, withValue } from './value-path'

const schema = {
  type: 'object',
  required: ['message'],
  $defs: { size: { type: 'integer', minimum: 1, 'x-unit': 'MiB' } },
  properties: {
    retries: { type: 'integer', 'x-order': 2, 'x-apply': 'live' },
    message: { title: 'Message', type: 'string', default: 'hello', 'x-order': 1, 'x-apply': 'reload' },
    mode: { enum: ['a', 'b'] },
    cache: {
      type: 'object',
      title: 'Cache',
      properties: { maxSize: { $ref: '#/$defs/size', default: 64 }, deep: { type: 'object', properties: { x: { type: 'string' } } } },
    },
    token: { type: 'string', 'x-secret': true },
    hosts: { type: 'array', items: { type: 'string' } },
  },
}

test('fields come in their order, then as they are written', () => {
  expect(fieldsOf(schema).map((field) => field.key)).toEqual([
    'message',
    'retries',
    'mode',
    'cache.maxSize',
    'cache.deep',
    'token',
    'hosts',
  ])
})

test('an object is a section, its references are followed, and what lies deeper is JSON', () => {
  const size = fieldsOf(schema).find((field) => field.key === 'cache.maxSize')
  expect(size).toMatchObject({
    section: 'Cache',
    kind: 'integer',
    unit: 'MiB',
    min: 1,
    default: 64,
    path: ['cache', 'maxSize'],
    title: 'Max size',
  })
  expect(fieldsOf(schema).find((field) => field.key === 'cache.deep')?.kind).toBe('json')
})

test('kinds, secrets and required fields are told', () => {
  const by = Object.fromEntries(fieldsOf(schema).map((field) => [field.key, field]))
  expect(by.message).toMatchObject({ required: true, apply: 'reload', kind: 'text' })
  expect(by.token).toMatchObject({ secret: true })
  expect(by.mode).toMatchObject({ kind: 'choice', choices: ['a', 'b'] })
  expect(by.hosts?.kind).toBe('list')
})

test('defaults are gathered as one object', () => {
  expect(defaultsOf(fieldsOf(schema))).toEqual({ message: 'hello', cache: { maxSize: 64 } })
})

test('a section says what a change does when all its fields agree', () => {
  expect(sectionsOf(fieldsOf(schema)).map((section) => [section.title, section.apply])).toEqual([
    [null, null],
    ['Cache', 'restart'],
  ])
})

test('a value that is taken away leaves no empty object behind', () => {
  const values = withValue({}, ['cache', 'maxSize'], 3)
  expect(values).toEqual({ cache: { maxSize: 3 } })
  expect(valueAt(values, ['cache', 'maxSize'])).toBe(3)
  expect(withValue(values, ['cache', 'maxSize'], undefined)).toEqual({})
})
