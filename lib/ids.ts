import { hash, randomBytes } from 'node:crypto'

/** An opaque row id: 120 random bits, lower case, safe in URLs, file names and queue ids. */
export const newId = (): string =>
  BigInt(`0x${randomBytes(15).toString('hex')}`)
    .toString(36)
    .padStart(24, '0')

/** 256 random bits for tokens that are shown or handed over once. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** What the database keeps of a token. The token is random, so neither salt nor a slow hash is needed. */
export const hashToken = (token: string): string => hash('sha256', token, 'base64url')
