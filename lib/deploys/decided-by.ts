import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'

interface Decided {
  readonly userId: string
  readonly address: string | null
  readonly at: Date
}

/** Who decides, when and from where: every decision keeps it. */
export const decidedBy = (actor: Actor): Decided => ({
  userId: actor.id,
  address: actor.kind === 'person' ? (actor.address ?? null) : null,
  at: clock.now(),
})
