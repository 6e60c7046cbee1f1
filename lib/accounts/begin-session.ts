import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { hashToken, newToken } from '@/lib/ids'
import { pace } from '@/lib/pace'
import { type Device, deviceData } from './touch-session'

export interface SignIn {
  readonly userId: string
  readonly device: Device
  /** What the browser brought: the session it had, whoever's it was. */
  readonly oldToken?: string | undefined
  /** Through the page of demo people: the session ends with it. */
  readonly demo?: { readonly id: string; readonly expires: Date }
  /** Through which provider. */
  readonly providerId?: string
  /** Made by whoever writes the cookie; else one is made here. */
  readonly token?: string
}

export interface Begun {
  /** For the cookie; only its hash is kept. */
  readonly token: string
  readonly expires: Date
}

/** Whoever signs in gets another token. The same person keeps the session, with all that hangs on it; another one ends it. */
export function beginSession(signIn: SignIn): Promise<Begun> {
  return transaction((tx) => beginInside(tx, signIn))
}

export async function beginInside(tx: Tx, { userId, device, oldToken, demo, providerId, token = newToken() }: SignIn): Promise<Begun> {
  await tx.$queryRaw`select 1 from "User" where id = ${userId} for update`
  const user = await tx.user.findUnique({ where: { id: userId } })
  if (!user) throw notFound('This person')
  if (user.blockedAt) throw new AppError('blocked', 'This account is blocked. Ask an operator of this installation.')
  const now = clock.now()
  const expires = new Date(
    now.getTime() + Math.min(pace('sessionIdle'), pace('sessionLimit'), (demo?.expires.getTime() ?? Infinity) - now.getTime()),
  )
  const data = {
    sessionToken: hashToken(token),
    expires,
    signedInAt: now,
    lastUsedAt: now,
    demoLinkId: demo?.id ?? null,
    providerId: providerId ?? null,
    ...deviceData(device),
  }
  const old = oldToken ? await tx.session.findUnique({ where: { sessionToken: hashToken(oldToken) } }) : null
  if (old?.userId === userId) await tx.session.update({ where: { id: old.id }, data })
  else {
    if (old) await tx.session.deleteMany({ where: { id: old.id } })
    await tx.session.create({ data: { ...data, userId, createdAt: now } })
  }
  await tx.user.update({ where: { id: userId }, data: { lastSignInAt: now } })
  const { name, email } = user
  const from = device.address ? { address: device.address } : {}
  const actor: Actor = { kind: 'person', id: userId, name: name ?? email, isOperator: false, isReviewer: false, grants: [], ...from }
  await writeEvent(tx, actor, {
    name: 'user.signed_in',
    subject: { kind: 'user', id: userId },
    data: { by: providerId ?? 'demo', isAgain: old?.userId === userId, address: device.address ?? null },
  })
  return { token, expires }
}
