import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { masterKey } from '@/lib/env'

/** AES-256-GCM with the master key. `place` names row and column, so a ciphertext moved elsewhere does not open. */
export function encryptBytes(bytes: Uint8Array, place: string): Buffer {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', masterKey(), iv)
  cipher.setAAD(Buffer.from(place))
  const body = [cipher.update(bytes), cipher.final()]
  return Buffer.concat([iv, cipher.getAuthTag(), ...body])
}

/** Throws when the key is another, the bytes were changed, or they stand in another place than they were written for. */
export function decryptBytes(stored: Uint8Array, place: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', masterKey(), stored.subarray(0, 12))
  decipher.setAAD(Buffer.from(place))
  decipher.setAuthTag(stored.subarray(12, 28))
  return Buffer.concat([decipher.update(stored.subarray(28)), decipher.final()])
}

export const encrypt = (text: string, place: string): string => encryptBytes(Buffer.from(text), place).toString('base64')

export const decrypt = (stored: string, place: string): string => decryptBytes(Buffer.from(stored, 'base64'), place).toString('utf8')
