import type { PersonActor } from '@/lib/auth/actor'
import { isFresh } from '@/lib/auth/fresh'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { iso } from '@/lib/iso-time'
import { deviceOf } from './device-words'
import type { MeView, SessionView } from './views'

const mostShown = 100

/** Where oneself is signed in, the one that asks first, then as used last. */
export async function listSessions(actor: PersonActor): Promise<SessionView[]> {
  const sessions = await db.session.findMany({
    where: { userId: actor.id, expires: { gt: clock.now() } },
    orderBy: [{ lastUsedAt: 'desc' }, { id: 'asc' }],
    take: mostShown,
  })
  const providers = await db.signInProvider.findMany({ select: { id: true, name: true } })
  const names = new Map(providers.map(({ id, name }) => [id, name]))
  const views = sessions.map(
    (session): SessionView => ({
      id: session.id,
      ...deviceOf(session.agent),
      address: session.address,
      signedInAt: iso(session.signedInAt),
      lastUsedAt: iso(session.lastUsedAt),
      expires: iso(session.expires),
      provider: session.providerId && (names.get(session.providerId) ?? session.providerId),
      isCurrent: session.id === actor.session?.id,
    }),
  )
  return views.sort((a, b) => Number(b.isCurrent) - Number(a.isCurrent))
}

/** Oneself, for the page of one's account. */
export async function getMe(actor: PersonActor): Promise<MeView> {
  const user = await db.user.findUniqueOrThrow({ where: { id: actor.id } })
  return {
    name: actor.name,
    email: user.email,
    isFresh: actor.session !== undefined && isFresh(actor.session.signedInAt),
    sessions: await listSessions(actor),
  }
}
