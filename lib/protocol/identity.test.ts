import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from './canonical'
import { isDesiredSigned, signDesired } from './desired'
import {
  advanceRatchet,
  fingerprintOf,
  handshakeTranscript,
  isSignedBy,
  makeBoxKeys,
  makeSigningKeys,
  newNonce,
  open,
  type RatchetState,
  seal,
  signText,
} from './identity'
import { readJoinToken, writeJoinToken } from './join-token'
import { readAgentFrame, readHubFrame, writeFrame } from './messages'

const signing = makeSigningKeys()
const box = makeBoxKeys()
const hello = {
  agentNonce: newNonce(),
  machineId: null,
  joinTokenHash: null,
  signKey: signing.publicKey,
  boxKey: box.publicKey,
  agentVersion: '1',
  era: 0,
  revision: 0,
  ratchet: null,
}

describe('identity', () => {
  test('a signature holds for its text and key only', () => {
    const signature = signText(signing.privateKey, 'text')
    expect(isSignedBy(signing.publicKey, 'text', signature)).toBe(true)
    expect(isSignedBy(signing.publicKey, 'texts', signature)).toBe(false)
    expect(isSignedBy(makeSigningKeys().publicKey, 'text', signature)).toBe(false)
    expect(isSignedBy('nonsense', 'text', 'nonsense')).toBe(false)
  })
  test('a sealed value opens for its key and context, unchanged, and not otherwise', () => {
    const sealed = seal(box.publicKey, 'geheim', 'here')
    expect(open(box.privateKey, sealed, 'here')).toBe('geheim')
    expect(() => open(box.privateKey, sealed, 'there')).toThrow()
    expect(() => open(makeBoxKeys().privateKey, sealed, 'here')).toThrow()
    expect(() => open(box.privateKey, `${sealed.slice(0, -2)}AA`, 'here')).toThrow()
    expect(() => open(box.privateKey, 'AAAA', 'here')).toThrow()
  })
  test('the two sides sign different texts, and a field only one side knows is in neither', () => {
    const facts = { hello, hubNonce: newNonce(), hubKey: signing.publicKey }
    expect(handshakeTranscript('hub', facts)).not.toBe(handshakeTranscript('agent', facts))
    const newer = { ...facts, hello: { ...hello, extra: 1 } }
    expect(handshakeTranscript('agent', newer)).toBe(handshakeTranscript('agent', facts))
  })
  test('a join token says what it carried, and a damaged one so in a sentence', () => {
    const token = { hubUrl: 'wss://hub/ws/agent', hubFingerprint: fingerprintOf(signing.publicKey), secret: newNonce() }
    expect(readJoinToken(writeJoinToken(token))).toEqual(token)
    expect(() => readJoinToken('tgj_bm90IGEgdG9rZW4gYXQgYWxsLCBzb3JyeQ')).toThrow('damaged')
    expect(() => readJoinToken('hello')).toThrow('tgj_')
  })
})

describe('the ratchet', () => {
  test('the newest and, until it was used, the one before are taken; a copy of an older disk is not', () => {
    fc.assert(
      // Each session the agent's disk either keeps the new secret or loses it to a crash.
      fc.property(fc.array(fc.boolean(), { minLength: 3, maxLength: 30 }), (keeps) => {
        let hub: RatchetState = { current: null, previous: null }
        let disk: string | null = null
        let kept = 0
        const copies: { secret: string | null; at: number }[] = []
        for (const [session, isKept] of keeps.entries()) {
          copies.push({ secret: disk, at: kept })
          const next = advanceRatchet(hub, disk, `s${session}`)
          if (next === 'identity_conflict') throw new Error('The real agent was refused.')
          hub = next
          if (isKept) {
            disk = `s${session}`
            kept += 1
          }
        }
        for (const { secret, at } of copies) if (kept - at >= 2) expect(advanceRatchet(hub, secret, 'x')).toBe('identity_conflict')
      }),
    )
  })
})

describe('frames', () => {
  const set = { full: true, machineId: 'm1', session: 's', era: 1, revision: 1, notAfterMs: 1, entries: [], packages: [], secrets: {} }
  test('a desired set counts only as the hub signed it, fields of a newer hub included', () => {
    const signature = signDesired(signing.privateKey, { ...set, later: 'field' } as typeof set)
    const read = readHubFrame(writeFrame({ type: 'desired', ...set, later: 'field', signature } as never))
    if (read.kind !== 'message') throw new Error(JSON.stringify(read))
    expect(isDesiredSigned(signing.publicKey, read.raw)).toBe(true)
    expect(isDesiredSigned(signing.publicKey, { ...read.raw, revision: 2 })).toBe(false)
    expect(isDesiredSigned(makeSigningKeys().publicKey, read.raw)).toBe(false)
  })
  test('unknown fields and types of a newer peer are passed over, nonsense is not', () => {
    expect(readAgentFrame(writeFrame({ type: 'hello', ...hello, extra: 1 } as never)).kind).toBe('message')
    expect(readAgentFrame('{"v":2,"type":"weather"}')).toEqual({ kind: 'unknown', type: 'weather' })
    expect(readAgentFrame('{"v":1,"type":"hello"}').kind).toBe('bad')
    expect(readAgentFrame('hello').kind).toBe('bad')
    const future = {
      v: 1,
      type: 'news',
      items: [
        { seq: 3, horoscope: {} },
        { seq: 4, package: { digest: 'a'.repeat(64), state: 'cached' } },
      ],
    }
    expect(readAgentFrame(JSON.stringify(future))).toMatchObject({ kind: 'message', message: { items: [{ seq: 3 }, { seq: 4 }] } })
    const wrong = { v: 1, type: 'news', items: [{ seq: 3, callback: { recordId: 'r' } }] }
    expect(readAgentFrame(JSON.stringify(wrong)).kind).toBe('bad')
  })
  test('no text makes the reader throw', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => ['bad', 'unknown', 'message'].includes(readAgentFrame(text).kind)))
  })
  test('canonical JSON does not depend on the order of keys', () => {
    expect(canonicalJson({ b: 1, a: [{ d: 2, c: 'é' }] })).toBe('{"a":[{"c":"é","d":2}],"b":1}')
  })
})
