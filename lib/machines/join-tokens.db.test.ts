import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { makeBoxKeys, makeSigningKeys, newNonce } from '@/lib/protocol/identity'
import { joinTokenHash, readJoinToken } from '@/lib/protocol/join-token'
import type { Hello } from '@/lib/protocol/messages'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { admitAgents } from './admit-agents'
import { createJoinToken } from './create-join-token'
import type { Knock } from './join-machine'
import { JoinTokenListSchema } from './join-views'
import { listJoinTokens } from './list-join-tokens'
import { revokeJoinToken } from './revoke-join-token'

let database: TestDatabase
let world: BuiltOrganization
let pool: string

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  pool = (await db.runtime.findUniqueOrThrow({ where: { id: world.runtimes.test } })).name
})
afterAll(() => database.dispose())

const operator = () => world.person('operator')
const make = async (ask: object = {}) => createJoinToken(await operator(), { pool, ...ask })
const listed = async (id: string) => JoinTokenListSchema.parse(await listJoinTokens(await operator())).items.find((one) => one.id === id)

const newKeys = () => ({ sign: makeSigningKeys(), box: makeBoxKeys() })

function knockOf(token: string, name: string, keys = newKeys(), ratchet: string | null = null): Knock {
  const { secret } = readJoinToken(token)
  const hello = {
    v: 1,
    type: 'hello',
    agentNonce: newNonce(),
    machineId: null,
    joinTokenHash: joinTokenHash(secret),
    signKey: keys.sign.publicKey,
    boxKey: keys.box.publicKey,
    agentVersion: '0.1.0',
    era: 0,
    revision: 0,
    ratchet,
  } satisfies Hello
  return { hello, joinSecret: secret, name }
}

/** An agent with keys of its own knocks; the same `keys` are the same agent. */
async function knock(token: string, name: string, keys = newKeys()) {
  const [answer] = await admitAgents([knockOf(token, name, keys)], 'here')
  if (!answer) throw new Error('Nobody answered.')
  return answer
}

test('as many machines join as it was made for, even at once; whoever knocks again is the same machine', async () => {
  const { id, token } = await make({ maxUses: 2, bringOnline: false })
  const keys = newKeys()
  const answers = await Promise.all([knock(token, 'Host.one', keys), knock(token, 'host-two'), knock(token, 'host-three')])
  const again = await knock(token, 'Host.one', keys)
  expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true, true])
  expect(answers.find(({ ok }) => !ok)).toMatchObject({ code: 'join_token_used' })
  const joined = await db.machine.findMany({ where: { joinTokenId: id } })
  expect(joined).toHaveLength(2)
  expect(joined.every((machine) => machine.state === 'new')).toBe(true)
  if (answers[0].ok) expect(again).toMatchObject({ ok: true, machineId: answers[0].machineId, name: 'host-one' })
  expect(await listed(id)).toMatchObject({ state: 'used', uses: 2, maxUses: 2, createdBy: { name: 'operator' }, pool: { name: pool } })
})

test('a token that was revoked or has expired lets nobody in, and says which', async () => {
  const revoked = await make({ machineName: 'never' })
  await revokeJoinToken(await operator(), revoked)
  expect(await knock(revoked.token, 'x')).toMatchObject({ ok: false, message: expect.stringContaining('revoked') })
  await expect(revokeJoinToken(await operator(), revoked)).rejects.toMatchObject({
    code: 'conflict',
    details: { reason: 'join_token_ended' },
  })
  const expired = await make()
  await db.joinToken.update({ where: { id: expired.id }, data: { expires: new Date(Date.now() - 1000) } })
  expect(await knock(expired.token, 'x')).toMatchObject({ ok: false, code: 'join_token_expired' })
  expect([(await listed(revoked.id))?.state, (await listed(expired.id))?.state]).toEqual(['revoked', 'expired'])
})

test('what cannot be is refused with its field, and nobody but an operator makes, sees or revokes one', async () => {
  await expect(make({ machineName: 'one', maxUses: 2 })).rejects.toMatchObject({
    code: 'invalid',
    details: { fields: { machineName: expect.anything() } },
  })
  await expect(make({ pool: 'nowhere' })).rejects.toMatchObject({ code: 'not_found' })
  await expect(make({ machineName: '$(id)' })).rejects.toThrow('small letters')
  const { id } = await createJoinToken(systemActor('test'), { pool })
  for (const name of ['owner', 'reviewer', 'stranger'] as const) {
    const actor = await world.person(name)
    await expect(createJoinToken(actor, { pool })).rejects.toMatchObject({ code: 'not_found' })
    await expect(listJoinTokens(actor)).rejects.toMatchObject({ code: 'not_found' })
    await expect(revokeJoinToken(actor, { id })).rejects.toMatchObject({ code: 'not_found' })
  }
})

test('of many that knock at one moment each gets its own answer: the known, the new, the copy and the stranger', async () => {
  const { token } = await make({ maxUses: 3 })
  const [known, copied, fresh] = [newKeys(), newKeys(), newKeys()]
  const before = [await knock(token, 'known', known), await knock(token, 'copied', copied)]
  const stolen = 'f'.repeat(64)
  const answers = await admitAgents(
    [
      knockOf(token, 'known', known),
      knockOf(token, 'copied', copied, stolen),
      knockOf(token, 'fresh', fresh),
      { ...knockOf(token, 'nobody'), joinSecret: null },
    ],
    'there',
  )
  expect(answers.map((answer) => (answer.ok ? answer.name : answer.code))).toEqual(['known', 'identity_conflict', 'fresh', 'unknown_key'])
  if (before[0]?.ok && answers[0]?.ok) expect(answers[0].epoch).toBe(before[0].epoch + 1)
  const rows = await db.machine.findMany({ where: { name: { in: ['known', 'copied', 'fresh'] } }, orderBy: { name: 'asc' } })
  expect(rows.map(({ name, gatewayId, identityConflict }) => [name, gatewayId, identityConflict])).toEqual([
    ['copied', 'here', true],
    ['fresh', 'there', false],
    ['known', 'there', false],
  ])
})
