import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { masterKey } from '@/lib/env'

/** AES-256-GCM with the master key. `place` names row and column, so a ciphertext moved elsewhere does not open. */
export function encrypt(text: string, place: string): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', masterKey(), iv)
  cipher.setAAD(Buffer.from(place))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')
}

/** Throws when the key is another, the text was changed, or it stands in another place than it was written for. */
export function decrypt(stored: string, place: string): string {
  const bytes = Buffer.from(stored, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', masterKey(), bytes.subarray(0, 12))
  decipher.setAAD(Buffer.from(place))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
}
