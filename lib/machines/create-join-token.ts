import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { newToken } from '@/lib/ids'
import { fingerprintOf } from '@/lib/protocol/identity'
import { joinTokenHash, writeJoinToken } from '@/lib/protocol/join-token'
import { hubKeys } from './hub'

export interface JoinTokenAsk {
  readonly runtimeName: string
  /** The name the machine gets; missing = what it calls itself. */
  readonly machineName?: string
  /** Ready for units as soon as it joined, instead of waiting for an operator. */
  readonly bringOnline?: boolean
  readonly validMs?: number
}

const hour = 3_600_000

/** A token that lets one agent join a pool, once. Only its hash is kept. */
export async function createJoinToken({ runtimeName, machineName, bringOnline = true, validMs = hour }: JoinTokenAsk): Promise<string> {
  const runtime = await db.runtime.findUniqueOrThrow({ where: { name: runtimeName } })
  const { publicKey } = await hubKeys()
  const secret = newToken()
  await db.joinToken.create({
    data: {
      runtimeId: runtime.id,
      tokenHash: joinTokenHash(secret),
      machineName,
      bringOnline,
      expires: new Date(clock.nowMs() + validMs),
    },
  })
  return writeJoinToken({ hubFingerprint: fingerprintOf(publicKey), secret })
}
