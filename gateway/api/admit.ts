import type { FastifyReply, FastifyRequest } from 'fastify'
import { isFromOurPages } from '@/gateway/from-our-pages'
import type { Left, Limits } from '@/gateway/limits'
import type { HeldOpen } from '@/gateway/live/held-open'
import type { Seen } from '@/gateway/seen'
import { credentialOf, type Sessions } from '@/gateway/sessions'
import type { Who } from '@/lib/accounts/load-sessions'
import type { PersonActor } from '@/lib/auth/actor'
import { AppError } from '@/lib/errors'

export interface Door {
  readonly sessions: Pick<Sessions, 'find'>
  readonly limits: Limits
  readonly held: Pick<HeldOpen, 'hold' | 'release'>
  readonly seenOf: (request: FastifyRequest) => Seen
}

type Done = (error?: Error) => void

interface Asked {
  readonly isWrite: boolean
  /** Of the person alone: no program may. */
  readonly takesPerson: boolean
  /** It may last: it ends when who asks is signed out, or may no longer. */
  readonly isLong: boolean
}

/** Who asks: by the token of a program, else by the session of a browser. Answers without a promise where it can: this is on the way of every request. */
export function admit(
  { sessions, limits, held, seenOf }: Door,
  asked: Asked,
  request: FastifyRequest,
  reply: FastifyReply,
  done: Done,
): void {
  const seen = seenOf(request)
  const { token, isBearer } = credentialOf(request.headers, seen.proto)
  const letIn = (who: Who | null) => {
    // Known before it is refused: the audit says who was.
    if (who) request.actor = { ...who.actor, requestId: request.id, address: seen.ip }
    const refusal = who ? whyNot(who.actor, asked, request, seen) : unknown(isBearer)
    if (refusal)
      return who || token === undefined ? done(refusal) : void limits.attempt(seen.ip, 'credential').then(() => done(refusal), done)
    const { actor } = who as Who
    if (asked.isLong) holdOpen(held, who as Who, reply)
    const counted = limits.request(actor.token?.id ?? actor.id)
    if (!counted) return done()
    void counted.then((left) => {
      say(reply, left)
      done()
    }, done)
  }
  const found = sessions.find(token, () => ({ address: seen.ip, agent: request.headers['user-agent'] }))
  if (found instanceof Promise) found.then(letIn, done)
  else letIn(found)
}

/** Cut off in the middle, so that nobody takes what came for the whole. */
function holdOpen(held: Door['held'], who: Who, { raw }: FastifyReply): void {
  const cut = () => void raw.destroy()
  const mine = held.hold(who, { end: cut, leave: cut, stays: true })
  raw.once('close', () => held.release(mine))
}

const unknown = (isBearer: boolean): AppError =>
  isBearer
    ? new AppError('token_refused', 'This token is not known, has expired or was revoked. Make another one.')
    : new AppError('sign_in', 'Sign in first.')

/** A program says who it is in every request by itself; a browser sends its cookie for whatever page makes it ask. */
function whyNot(actor: PersonActor, { isWrite, takesPerson }: Asked, request: FastifyRequest, seen: Seen): AppError | undefined {
  if (actor.token)
    return takesPerson
      ? new AppError('forbidden', 'A token may not do this: it takes a person who is signed in.', { reason: 'takes_person' })
      : undefined
  return isWrite && !isFromOurPages(request.headers, seen)
    ? new AppError('forbidden', 'A change with a session cookie must come from our own pages (Origin).')
    : undefined
}

const say = (reply: FastifyReply, { limit, remaining, resetSeconds }: Left): void =>
  void reply.headers({ 'ratelimit-limit': limit, 'ratelimit-remaining': remaining, 'ratelimit-reset': resetSeconds })
