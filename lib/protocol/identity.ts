import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { canonicalJson, sha256Hex } from './canonical'

type Curve = 'Ed25519' | 'X25519'

/** `publicKey` is the raw 32 bytes as base64url (what travels); `privateKey` is PKCS#8 PEM (what is stored). */
export type KeyPair = { publicKey: string; privateKey: string }

export function makeSigningKeys(): KeyPair {
  return exportPair(generateKeyPairSync('ed25519'))
}

export function makeBoxKeys(): KeyPair {
  return exportPair(generateKeyPairSync('x25519'))
}

function exportPair({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): KeyPair {
  return { publicKey: rawPublic(publicKey), privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) }
}

function rawPublic(key: KeyObject): string {
  const { x } = key.export({ format: 'jwk' })
  if (!x) throw new TypeError('Not an Ed25519 or X25519 key.')
  return x
}

function publicFromRaw(crv: Curve, x: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv, x }, format: 'jwk' })
}

/** What a join token carries and what people may compare: SHA-256 of the raw public key. */
export function fingerprintOf(publicKey: string): string {
  return sha256Hex(Buffer.from(publicKey, 'base64url'))
}

/** What is stored, as a key. By its bytes: OpenSSL takes longer to find out what a PEM text holds than to sign with it. */
function privateFromPem(crv: Curve, pem: string): KeyObject {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  // PKCS#8 of these curves ends with the 32 bytes, and of a private key only `d` is looked at.
  return createPrivateKey({ key: { kty: 'OKP', crv, d: der.subarray(-32).toString('base64url'), x: '' }, format: 'jwk' })
}

let lastSigner: { pem: string; key: KeyObject } | undefined

/** A process signs with one key; reading it costs more than the signature. */
function signerOf(pem: string): KeyObject {
  if (lastSigner?.pem !== pem) lastSigner = { pem, key: privateFromPem('Ed25519', pem) }
  return lastSigner.key
}

export function signText(privateKey: string, text: string): string {
  return sign(null, Buffer.from(text), signerOf(privateKey)).toString('base64url')
}

/** The same on another thread: for who talks with thousands. */
export const signTextAside = (privateKey: string, text: string): Promise<string> =>
  new Promise((resolve, reject) =>
    sign(null, Buffer.from(text), signerOf(privateKey), (error, signature) =>
      error ? reject(error) : resolve(signature.toString('base64url')),
    ),
  )

/** False for a wrong signature and for a malformed key or signature alike. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  try {
    return verify(null, Buffer.from(text), publicFromRaw('Ed25519', publicKey), Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}

/** The same on another thread. */
export const isSignedByAside = (publicKey: string, text: string, signature: string): Promise<boolean> =>
  new Promise((resolve) => {
    try {
      const key = publicFromRaw('Ed25519', publicKey)
      verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'), (error, isValid) => resolve(!error && isValid))
    } catch {
      resolve(false)
    }
  })

export function newNonce(): string {
  return randomBytes(32).toString('base64url')
}

interface OnceKey {
  readonly privateKey: KeyObject
  readonly raw: Buffer
}

function makeOnceKey(): OnceKey {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  return { privateKey, raw: Buffer.from(rawPublic(publicKey), 'base64url') }
}

/**
 * Encrypts to a box key with a one-time key of our own. `context` names what it is and for whom; it must be the
 * same when opened, so a sealed value cannot be moved to another place.
 */
export const seal = (boxPublicKey: string, text: string, context: string): string => sealWith(makeOnceKey(), boxPublicKey, text, context)

/** The same for several at one moment: what each shares with the one-time key is its own. */
export function sealAll(all: readonly { readonly boxKey: string; readonly text: string; readonly context: string }[]): string[] {
  const once = makeOnceKey()
  return all.map(({ boxKey, text, context }) => sealWith(once, boxKey, text, context))
}

function sealWith({ privateKey, raw: oncePublic }: OnceKey, boxPublicKey: string, text: string, context: string): string {
  const key = boxSecret(privateKey, boxPublicKey, oncePublic, boxPublicKey, context)
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([oncePublic, iv, cipher.getAuthTag(), body]).toString('base64url')
}

/** Throws when the value was not sealed to this key and context, or was changed. */
export function open(boxPrivateKey: string, sealed: string, context: string): string {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length < 60) throw new Error('A sealed value is too short.')
  const oncePublic = bytes.subarray(0, 32)
  const own = privateFromPem('X25519', boxPrivateKey)
  const key = boxSecret(own, oncePublic.toString('base64url'), oncePublic, rawPublic(createPublicKey(own)), context)
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(32, 44))
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(bytes.subarray(44, 60))
  return Buffer.concat([decipher.update(bytes.subarray(60)), decipher.final()]).toString('utf8')
}

function boxSecret(own: KeyObject, other: string, oncePublic: Buffer, boxPublicKey: string, context: string): Buffer {
  const shared = diffieHellman({ privateKey: own, publicKey: publicFromRaw('X25519', other) })
  const salt = Buffer.concat([oncePublic, Buffer.from(boxPublicKey, 'base64url')])
  return Buffer.from(hkdfSync('sha256', shared, salt, `tengen-seal-1:${context}`, 32))
}

/** The contexts in use, so that both sides spell them alike. */
export const sealContext = {
  ratchet: (agentNonce: string) => `ratchet:${agentNonce}`,
  secret: (machineId: string, reference: string) => `secret:${machineId}:${reference}`,
}

export type HandshakeFacts = {
  hello: {
    agentNonce: string
    machineId: string | null
    joinTokenHash: string | null
    signKey: string
    boxKey: string
    agentVersion: string
    era: number
    revision: number
    ratchet: string | null
  }
  hubNonce: string
  hubKey: string
}

/**
 * What both sides sign. The fields are listed one by one: a field that only a newer side knows would otherwise
 * be in one transcript and not in the other. The role keeps one side's signature from being played back as the other's.
 */
export function handshakeTranscript(role: 'hub' | 'agent', { hello, hubNonce, hubKey }: HandshakeFacts): string {
  const { agentNonce, machineId, joinTokenHash, signKey, boxKey, agentVersion, era, revision, ratchet } = hello
  return `tengen-handshake-1:${role}:${canonicalJson({
    hello: { agentNonce, machineId, joinTokenHash, signKey, boxKey, agentVersion, era, revision, ratchet },
    hubNonce,
    hubKey,
  })}`
}

/** SHA-256 hashes as the hub stores them; null before the first session. */
export type RatchetState = { current: string | null; previous: string | null }

/**
 * Judges the ratchet an agent presents. The newest secret advances it. The one before still counts until the newest was
 * used once, because either side may crash between handing it over and storing it. Anything older is a copy of a disk.
 */
export function advanceRatchet(state: RatchetState, presented: string | null, next: string): RatchetState | 'identity_conflict' {
  if (presented === state.current) return { current: next, previous: state.current }
  if (presented === state.previous) return { current: next, previous: state.previous }
  return 'identity_conflict'
}

export function newRatchetSecret(): string {
  return randomBytes(32).toString('base64url')
}

export function ratchetHash(secret: string): string {
  return sha256Hex(`tengen-ratchet-1:${secret}`)
}
