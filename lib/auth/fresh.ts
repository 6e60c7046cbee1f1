import { clock } from '@/lib/clock'
import { AppError } from '@/lib/errors'
import { pace } from '@/lib/pace'
import type { Actor } from './actor'

/** What a session left open somewhere is not enough for: it takes a sign-in of the last quarter of an hour. One line an act. */
export const freshActs = {
  'terminal.production': 'open a terminal or run a command on a unit of production',
  'service.remove': 'remove services',
  'cluster.remove': 'remove or forget clusters',
  'machine.remove': 'remove machines, or give up the units on them',
  'data.delete': 'delete data',
  'policy.set': 'change policies',
  'provider.set': 'change the ways to sign in',
  'account.connect': 'connect another way to sign in',
  'organization.give': 'give an organisation away',
  'organization.archive': 'archive an organisation',
  'cluster.powers': 'let pods of an organisation have more',
  'organization.appoint': 'say who owns an organisation',
  'user.block': 'block people, or let them in again',
} as const

export type FreshAct = keyof typeof freshActs

export const isFresh = (signedInAt: Date): boolean => clock.nowMs() - signedInAt.getTime() < pace('freshSignIn')

/** What concerns the person alone, or has to be theirs: no program does it for them, whatever it may. */
export function insistPerson(actor: Actor, what: string): void {
  if (actor.kind === 'person' && actor.token)
    throw new AppError('forbidden', `A token may not ${what}: it takes a person who is signed in.`, { reason: 'takes_person' })
}

/** Asked last, once everything else would go through: who signs in for it then gets it. Who has no session never is fresh. */
export function insistFresh(actor: Actor, act: FreshAct): void {
  if (actor.kind === 'system' || (actor.session && isFresh(actor.session.signedInAt))) return
  insistPerson(actor, freshActs[act])
  throw new AppError('fresh_sign_in', `Sign in again to ${freshActs[act]}: your last sign-in is too long ago for that.`, { act })
}
