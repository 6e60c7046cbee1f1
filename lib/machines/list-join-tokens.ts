import type { z } from 'zod'
import { namePeople } from '@/lib/accounts/name-people'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { env } from '@/lib/env'
import { iso, isoOrNull } from '@/lib/iso-time'
import { findJoinKit } from './join-kit'
import { joinTokenState } from './join-token-state'
import type { JoinPageView, JoinTokenListSchema } from './join-views'

const lately = 24 * 3_600_000
const mostShown = 100

/** Tokens that work now, and those that were made or ended in the last day, newest first. */
export async function listJoinTokens(actor: Actor): Promise<z.infer<typeof JoinTokenListSchema>> {
  authorize(actor, 'machine.manage', {}, 'The list of join tokens')
  const since = new Date(clock.nowMs() - lately)
  const tokens = await db.joinToken.findMany({
    where: { OR: [{ createdAt: { gt: since } }, { revokedAt: null, expires: { gt: since } }] },
    include: {
      runtime: { select: { id: true, name: true, environment: true } },
      machines: { where: { removedAt: null }, orderBy: { joinedAt: 'desc' }, take: 20, select: { name: true, heardAt: true } },
    },
    orderBy: { createdAt: 'desc' },
    take: mostShown,
  })
  const nameOf = await namePeople(tokens.map((token) => token.createdBy))
  const items = tokens.map(({ runtime, machines, createdBy, createdAt, expires, ...token }) => ({
    id: token.id,
    pool: runtime,
    state: joinTokenState({ ...token, expires }),
    machineName: token.machineName,
    uses: token.uses,
    maxUses: token.maxUses,
    bringOnline: token.bringOnline,
    createdAt: iso(createdAt),
    createdBy: nameOf(createdBy),
    expires: iso(expires),
    machines: machines.map(({ name, heardAt }) => ({ name, heardAt: isoOrNull(heardAt) })),
  }))
  return { items }
}

/** What the page needs on which machines are added. */
export async function getJoinPage(actor: Actor): Promise<JoinPageView> {
  const { items } = await listJoinTokens(actor)
  const pools = await db.runtime.findMany({
    where: { kind: 'pool' },
    select: { id: true, name: true, environment: true },
    orderBy: { name: 'asc' },
    take: 200,
  })
  const kit = await findJoinKit()
  return { items, pools, hub: env().PUBLIC_URL ?? null, nodes: kit ? Object.keys(kit.nodes) : null }
}
