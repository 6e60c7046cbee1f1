import { expect, test } from 'vitest'
import { refuseFixed } from './refuse-fixed'

const schema = {
  type: 'object',
  properties: {
    owner: { type: 'string', 'x-apply': 'fixed' },
    message: { type: 'string', 'x-apply': 'live' },
    later: { type: 'string', 'x-apply': 'fixed' },
  },
}
const inForce = { values: { owner: 'a', message: 'x' }, overlay: { owner: 'b' } }

test('a value that counts only at the install stays as it is in force; others change, and a new one may be given', () => {
  expect(() => refuseFixed(schema, inForce, { owner: 'b', message: 'y', later: 'now' })).not.toThrow()
  expect(() => refuseFixed(schema, inForce, { owner: 'a', message: 'x' })).toThrow(
    expect.objectContaining({
      code: 'invalid',
      details: expect.objectContaining({ fields: { '/owner': 'cannot be changed after the install' } }),
    }),
  )
  expect(() => refuseFixed({ type: 'object', properties: {} }, inForce, {})).not.toThrow()
})
