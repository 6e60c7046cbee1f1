import { expect, test } from 'vitest'
import { ownValues } from './form-values'
import { lackingSecrets, promotionRows } from './promotion-rows'
import { fieldsOf } from './schema-fields'

const schema = {
  type: 'object',
  properties: {
    message: { type: 'string', default: 'hello' },
    workers: { type: 'integer', default: 1 },
    region: { type: 'string' },
    password: { type: 'string', 'x-secret': true },
  },
}
const configuration = (values: Record<string, unknown>, overlay: Record<string, unknown> = {}) => ({
  schema,
  values,
  overlay,
  defaults: {},
})
const secret = { $secret: 'set', version: 1 }

test('a promotion brings what test changed, keeps what is production’s own, and names secrets that production lacks', () => {
  const source = configuration({ message: 'new', workers: 4, region: 'north', password: secret })
  const target = configuration({ message: 'old', workers: 1, region: 'north' }, { workers: 9 })
  expect(promotionRows({ source, target })).toMatchObject([
    { key: 'message', test: 'new', now: 'old', after: 'new', isOwn: false, isChanged: true },
    { key: 'workers', test: '4', now: '9', after: '9', isOwn: true, isChanged: false },
    { key: 'password', test: '••••••', now: '–', after: '–' },
  ])
  expect(lackingSecrets({ source, target }).map((field) => field.key)).toEqual(['password'])
  expect(lackingSecrets({ source, target: configuration({}, { password: secret }) })).toEqual([])
})

test('only what differs from the base is an environment’s own, and no secret ever', () => {
  const fields = fieldsOf(schema)
  const base = { message: 'base', region: 'north' }
  expect(ownValues(fields, { message: 'base', workers: 1, region: 'south', password: 'x' }, base)).toEqual({ region: 'south' })
  expect(ownValues(fields, { message: 'hello', workers: 2, region: 'north' }, base)).toEqual({ message: 'hello', workers: 2 })
})
