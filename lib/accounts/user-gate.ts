import type { Actor } from '@/lib/auth/actor'
import { lacks, type No, no } from '@/lib/auth/gate'

interface Facts {
  readonly id: string
  readonly blockedAt: Date | null
}

export function whyNotBlock(actor: Actor, user: Facts): No | undefined {
  const refused = lacks(actor, 'user.manage', {})
  if (refused) return refused
  if (user.blockedAt) return no('blocked_already', 'This account is blocked already.')
  // So that an operator always remains.
  return user.id === actor.id ? no('oneself', 'Nobody blocks themselves.') : undefined
}

export const whyNotUnblock = (actor: Actor, user: Facts): No | undefined =>
  lacks(actor, 'user.manage', {}) ?? (user.blockedAt ? undefined : no('not_blocked', 'This account is not blocked.'))
