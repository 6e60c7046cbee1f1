import type { PersonActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { logger } from '@/lib/logger'

const log = logger('audit')

/** Of one actor so many a minute are written one by one; the rest is counted in the next. */
const mostAMinute = 20
const minuteMs = 60_000
const counted = new Map<string, { since: number; written: number; more: number }>()

interface Asked {
  /** Its slug, where the request named one. */
  readonly organization: string | undefined
  /** Method and path, or the page whose button it was. */
  readonly what: string
}

/** A change that somebody wanted and may not make is written down: in the organisation's audit, or the platform's. Never throws. */
export async function noteRefusal(actor: PersonActor, error: unknown, { organization: slug, what }: Asked): Promise<void> {
  if (!(error instanceof AppError) || !['forbidden', 'not_found', 'blocked'].includes(error.code)) return
  try {
    const organization = slug ? await db.organization.findUnique({ where: { slug }, select: { id: true } }) : null
    // What is not there for its own members is a mistake; for a stranger it is a closed door.
    if (error.code === 'not_found' && (!organization || actor.grants.some(({ organizationId }) => organizationId === organization.id)))
      return
    const more = takeTurn(actor.id)
    if (more === undefined) return
    const { permission, reason } = error.details as { permission?: string; reason?: string }
    await transaction((tx) =>
      writeEvent(tx, actor, {
        name: 'access.refused',
        organizationId: organization?.id ?? null,
        subject: { kind: 'access', id: permission ?? reason ?? error.code },
        data: { what: what.slice(0, 300), code: error.code, message: error.message, ...(more > 0 ? { alsoRefused: more } : {}) },
      }),
    )
  } catch (failure) {
    log.warn({ err: failure }, 'a refusal was not written down')
  }
}

/** How many were only counted before this one; undefined = this one is counted as well. */
function takeTurn(actorId: string): number | undefined {
  const now = performance.now()
  const found = counted.get(actorId)
  const turn = found && now - found.since < minuteMs ? found : { since: now, written: 0, more: found?.more ?? 0 }
  counted.set(actorId, turn)
  if (turn.written >= mostAMinute) {
    turn.more += 1
    return undefined
  }
  turn.written += 1
  const { more } = turn
  turn.more = 0
  return more
}
