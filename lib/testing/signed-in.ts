import { loadActor } from '@/lib/accounts/load-actor'
import type { PersonActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'

/** A person as somebody who has just signed in. */
export async function signedIn(userId: string): Promise<PersonActor> {
  const actor = await loadActor(userId)
  if (!actor) throw new Error(`${userId} may not act.`)
  return { ...actor, session: { id: `of ${userId}`, signedInAt: clock.now() } }
}
