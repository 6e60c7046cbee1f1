import * as z from 'zod'
import { canonicalJson } from './canonical'
import type { UnitContent } from './desired'
import { isSignedBy, signText } from './identity'
import { Id } from './names'

/**
 * First word of a process that may only run under a lease. An agent that knows no leases takes it for a program that cannot be, and
 * refuses to start what nobody would stop.
 */
export const leaseWord = 'tengen:lease'
/** Longer than this a leased process may not take to stop: it has to be gone before its lease is. */
export const mostLeasedStopMs = 15_000

export const isLeased = (content: Pick<UnitContent, 'process'> | null): boolean => content?.process?.command[0] === leaseWord

/** What is run, without the word. */
export const withoutLeaseWord = (command: readonly string[]): readonly string[] => (command[0] === leaseWord ? command.slice(1) : command)

export const LeaseKey = z.object({ unitId: Id, generation: z.int().min(1) })
export type LeaseKey = z.infer<typeof LeaseKey>

/** What the hub lends a machine, counted from the moment at which it was asked: units that are not named here get nothing. */
export const LeaseGrant = z.object({
  machineId: Id,
  /** The nonce of the session's hello. */
  session: z.string().max(100),
  /** Of the question that it answers. */
  seq: z.int().min(1),
  units: z.array(LeaseKey.extend({ leaseMs: z.int().min(1) })).max(10_000),
})
export type LeaseGrant = z.infer<typeof LeaseGrant>

export function signLease(hubPrivateKey: string, grant: LeaseGrant): string {
  return signText(hubPrivateKey, signedText(grant))
}

/** `raw` is the message as it came: a newer hub also signs fields we do not know. */
export function isLeaseSigned(hubKey: string, raw: Record<string, unknown>): boolean {
  const { v: _v, type: _type, signature, ...grant } = raw
  return typeof signature === 'string' && isSignedBy(hubKey, signedText(grant), signature)
}

const signedText = (grant: object): string => `tengen-lease-1:${canonicalJson(grant)}`
