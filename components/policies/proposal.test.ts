import { expect, test } from 'vitest'
import { readProposal } from './proposal'

const sent = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('a proposal is read as the command line writes it, and nothing is read of what is none', () => {
  const rules = { approvals: 2, roles: ['owner'], windows: [], freezes: [], expiryHours: null }
  expect(readProposal(sent({ environment: 'production', rules }))).toEqual({ environment: 'production', rules })
  const freeze = { from: '2026-12-20T00:00:00.000Z', to: '2026-12-27T00:00:00.000Z', reason: 'Weihnachten, 圣诞节' }
  expect(readProposal(sent({ environment: 'test', rules: { ...rules, freezes: [freeze] } }))).toMatchObject({
    rules: { freezes: [freeze] },
  })
  const ofService = { application: 'shop', service: 'web', rules: null }
  expect(readProposal(sent(ofService))).toEqual(ofService)
  for (const none of [
    '',
    '!',
    sent({ environment: 'elsewhere', rules }),
    sent({ environment: 'test', rules: { approvals: 99 } }),
    sent(null),
  ])
    expect(readProposal(none)).toBe(undefined)
})
