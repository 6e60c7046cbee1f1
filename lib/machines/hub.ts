import type { Tx } from '@/lib/db/client'
import { db } from '@/lib/db/client'
import { decrypt, encrypt } from '@/lib/encrypt'
import { makeSigningKeys } from '@/lib/protocol/identity'

export interface HubKeys {
  readonly publicKey: string
  readonly privateKey: string
  readonly era: number
}

const place = 'Hub/1/signingKey'

/** The hub's identity, made once for an installation. Agents pin the fingerprint of its key. */
export async function ensureHub(tx: Tx): Promise<void> {
  if ((await tx.hub.count()) > 0) return
  const keys = makeSigningKeys()
  await tx.hub.createMany({
    data: [{ id: 1, signingKey: encrypt(keys.privateKey, place), publicKey: keys.publicKey }],
    skipDuplicates: true,
  })
}

let known: { publicKey: string; privateKey: string } | undefined

/** The keys alone, from memory once they were read: signing happens far more often than anything of the hub changes. */
export const hubSigner = async (): Promise<{ publicKey: string; privateKey: string }> => known ?? hubKeys()

/** Keys never change while a process lives; the era does, with a restore. Inside a transaction ask with it: a second connection may not come. */
export async function hubKeys(tx: Tx = db): Promise<HubKeys> {
  const row = await tx.hub.findUniqueOrThrow({ where: { id: 1 } })
  if (known?.publicKey !== row.publicKey) known = { publicKey: row.publicKey, privateKey: decrypt(row.signingKey, place) }
  return { ...known, era: row.era }
}
