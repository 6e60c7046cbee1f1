import { expect, test } from 'vitest'
import { Concealer } from './conceal'
import { makeSigningKeys, newNonce } from './identity'
import { writeJoinToken } from './join-token'

const secret = 'S3cr3t "quoted"\nsecond-line-of-it & more'
const known = new Concealer([secret, 'plainword'])
const shapes = new Concealer([])
const planted = 'hunter2!x'

test('a known value is gone in every form in which texts carry it', () => {
  const forms = [secret, JSON.stringify({ a: secret }), JSON.stringify(JSON.stringify({ a: secret })), encodeURIComponent(secret)]
  const encoded = [Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('base64url'), Buffer.from(secret).toString('hex')]
  const said = [...forms, ...encoded].map((text) => known.text(`before ${text} after plainword`))
  for (const text of said) expect(text).not.toMatch(/S3cr3t|second-line|plainword|UzNjcjN0|5333637233/)
  expect(known.json({ list: [{ note: secret, [secret]: 1 }] })).toEqual({ list: [{ note: '••••••', '••••••': 1 }] })
})

test.each([
  `password=${planted}`,
  `DB_PASSWORD: "${planted}"`,
  `{"apiKey":"${planted}","n":1}`,
  `{\\"token\\":\\"${planted}\\"}`,
  `'secret' = '${planted}'`,
  `--token ${planted} --other`,
  `?access_token=${planted}&x=1`,
  `postgres://tengen:${planted}@127.0.0.1:5432/db`,
  `redis://:${planted}@cache`,
  `Authorization: Bearer ${planted}abc`,
  `cookie: a=${planted}; b=${planted}`,
  `privateKey: ${planted}`,
  `password=${planted.length}${planted}`,
])('a value beside a secret’s name is gone: %s', (text) => {
  expect(shapes.text(`before ${text}`)).not.toContain(planted)
  expect(shapes.text(`before ${text}`)).toContain('before ')
})

test('what is known does not open a way for what is only seen: another key, a longer password', () => {
  const keys = Array.from({ length: 40 }, () => makeSigningKeys().privateKey)
  const one = new Concealer([keys[0] ?? '', 'plainword'])
  for (const key of keys) {
    const [, body = ''] = key.split('\n')
    for (const text of [key, JSON.stringify({ pem: key }), `cut off: ${body}`]) expect(one.text(text)).not.toContain(body)
  }
  expect(one.text('password=plainwordEXTRA')).toBe('password=••••••')
})

test('a number may be a password, but not where it counts', () => {
  expect([shapes.text('pin password=1234'), shapes.text('"tokens":3'), shapes.json({ password: 1234, sessions: 2 })]).toEqual([
    'pin password=••••••',
    '"tokens":3',
    { password: '••••••', sessions: 2 },
  ])
})

test('keys and tokens are gone by their looks alone', () => {
  const { privateKey } = makeSigningKeys()
  const token = writeJoinToken({ hubFingerprint: 'f'.repeat(64), secret: newNonce() })
  const random = Array.from({ length: 50 }, newNonce).filter((word) => /\d/.test(word))
  for (const text of [privateKey, token, 'AKIAABCDEFGHIJKLMNOP', 'ghp_abcdefghijklmnop1234', 'eyJhbGciOi.eyJzdWIi.c2ln', ...random])
    expect(shapes.text(`at ${text} end`).replaceAll('•', '')).toMatch(/^at\s+(end)?$/)
  expect(shapes.text(privateKey.slice(0, 60))).not.toContain(privateKey.slice(40, 60))
})

test('what is no secret stays readable', () => {
  const texts = [
    '2026-11-28T00:21:34.225Z joined as machine 01g928yi6119bui8o3huiw0n',
    `package greeter 1.4.0 (${'a1'.repeat(32)})`,
    'postgres://tengen@127.0.0.1:5432/db?sslmode=disable',
    'refused: This join token has expired',
    '/home/Tengen/Projects2/Agents/production-1/Apps/AcmeShop/web_0',
    '/tmp/tengen-home/agents/production-1/home/apps/acme_shop/web_0/data/file',
    '{"tokens":3,"session":null,"isSecret":false}',
    'at AgentConnection.welcome (/srv/tengen/gateway/ws/agent-connection.ts:120:11)',
  ]
  expect(texts.map((text) => shapes.text(text))).toEqual(texts)
  expect(shapes.json({ joinTokens: 4, password: 'x', note: 'fine' })).toEqual({ joinTokens: 4, password: '••••••', note: 'fine' })
})
