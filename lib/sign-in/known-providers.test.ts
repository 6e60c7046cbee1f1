import { expect, test } from 'vitest'
import { exchangeBody, knownProvider, readToken } from './known-providers'

test('what each provider answers becomes a person, and an address counts as checked only where the provider says so', () => {
  const emails = [
    { email: 'old@example.org', verified: true, primary: false },
    { email: 'ada@example.org', verified: true, primary: true },
  ]
  expect(
    [
      knownProvider('oidc').readPerson({ sub: '7', email: 'ada@example.org', email_verified: true, name: 'Ada' }),
      knownProvider('oidc').readPerson({ sub: '7', email: 'ada@example.org', email_verified: 'false' }),
      knownProvider('oidc').readPerson({ sub: '7', email: '' }),
      knownProvider('oauth2').readPerson({ id: 7, login: 'ada', email: 'ada@example.org' }),
      knownProvider('gitea').readPerson({ id: 7, login: 'ada', full_name: '', email: 'noreply@x' }, emails),
      knownProvider('github').readPerson({ id: 7, login: 'ada', name: 'Ada' }, [{ email: 'a@x', verified: false, primary: true }]),
      knownProvider('feishu').readPerson({
        code: 0,
        data: { union_id: 'on_7', open_id: 'ou_7', name: 'Ada', enterprise_email: 'ada@example.org', email: 'x@y' },
      }),
      knownProvider('feishu').readPerson({ code: 0, data: { union_id: 'on_7', name: 'Ada', email: 'x@y', enterprise_email: '' } }),
      knownProvider('dingtalk').readPerson({ unionId: 'u7', nick: 'Ada', email: 'ada@example.org' }),
    ].map(({ accountId, email, isEmailVerified, name }) => [accountId, email, isEmailVerified, name]),
  ).toEqual([
    ['7', 'ada@example.org', true, 'Ada'],
    ['7', 'ada@example.org', false, null],
    ['7', null, false, null],
    ['7', 'ada@example.org', false, 'ada'],
    ['7', 'ada@example.org', true, 'ada'],
    ['7', 'a@x', false, 'Ada'],
    ['on_7', 'ada@example.org', true, 'Ada'],
    ['on_7', 'x@y', false, 'Ada'],
    ['u7', 'ada@example.org', false, 'Ada'],
  ])
  expect(() => knownProvider('oauth2').readPerson({ email: 'ada@example.org' })).toThrow()
  expect(() => knownProvider('feishu').readPerson({ code: 20005, msg: 'token expired' })).toThrow()
})

test('a code is exchanged as the provider reads it', () => {
  const ask = { clientId: 'c', clientSecret: 's', code: 'k', redirectUri: 'http://here/cb', verifier: 'v' }
  expect(exchangeBody('gitea', ask)).toEqual({
    type: 'application/x-www-form-urlencoded',
    body: 'grant_type=authorization_code&client_id=c&client_secret=s&code=k&redirect_uri=http%3A%2F%2Fhere%2Fcb&code_verifier=v',
  })
  expect(JSON.parse(exchangeBody('dingtalk', ask).body)).toEqual({
    clientId: 'c',
    clientSecret: 's',
    code: 'k',
    grantType: 'authorization_code',
  })
  expect(JSON.parse(exchangeBody('feishu', ask).body)).toMatchObject({ grant_type: 'authorization_code', code_verifier: 'v' })
  expect([{ access_token: 't' }, { accessToken: 't' }, { error: 'bad_code' }, null].map(readToken)).toEqual([
    't',
    't',
    undefined,
    undefined,
  ])
})
