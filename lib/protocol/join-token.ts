import * as z from 'zod'
import { sha256Hex } from './canonical'

const Body = z.object({ u: z.string().max(500).optional(), f: z.string().regex(/^[0-9a-f]{64}$/), s: z.string().min(20).max(200) })

/** `hubFingerprint` is `fingerprintOf` the hub's signing key; the agent talks to no other hub. */
export type JoinToken = { hubUrl?: string; hubFingerprint: string; secret: string }

export function writeJoinToken({ hubUrl, hubFingerprint, secret }: JoinToken): string {
  return `tgj_${Buffer.from(JSON.stringify({ u: hubUrl, f: hubFingerprint, s: secret })).toString('base64url')}`
}

/** Throws a sentence fit for a person: a join token is typed or pasted. */
export function readJoinToken(text: string): JoinToken {
  const match = /^tgj_([A-Za-z0-9_-]{20,2000})$/.exec(text.trim())
  if (!match?.[1]) throw new Error('This is not a join token: it must begin with tgj_.')
  try {
    const { u, f, s } = Body.parse(JSON.parse(Buffer.from(match[1], 'base64url').toString('utf8')))
    return { ...(u === undefined ? {} : { hubUrl: u }), hubFingerprint: f, secret: s }
  } catch {
    throw new Error('This join token is damaged; copy it again.')
  }
}

/** What the hub stores and looks up; the secret itself follows only after the hub has proved itself. */
export function joinTokenHash(secret: string): string {
  return sha256Hex(`tengen-join-1:${secret}`)
}
