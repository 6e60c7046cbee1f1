import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'

/** RFC 8785: the one byte string of a JSON value, so that two programs hash and sign the same thing. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('Not a JSON value, so it has no canonical form.')
  return text
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** SHA-256 of the canonical JSON. A unit's `contentDigest` is this over its `UnitContent`. */
export function digestOf(value: unknown): string {
  return sha256Hex(canonicalJson(value))
}
