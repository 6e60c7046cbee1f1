import { type DesiredSet, isDesiredSigned } from '@/lib/protocol/desired'
import type { Session } from './handshake'
import type { Identity } from './identity-store'

/** A desired set is done only as this hub has signed it, for this machine, in this session and lately. */
export function whyNotAccept(
  message: DesiredSet,
  raw: Record<string, unknown>,
  { hubKey, agentNonce, askedAt, identity }: Session & { askedAt: number; identity: Identity },
): string | undefined {
  if (!isDesiredSigned(hubKey, raw)) return 'it is not signed by the hub'
  if (message.machineId !== identity.machineId) return 'it is for another machine'
  if (message.session !== agentNonce) return 'it is of another session'
  if (performance.now() - askedAt > message.notAfterMs) return 'it is too old'
  return undefined
}
