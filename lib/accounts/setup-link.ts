import { z } from 'zod'
import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db, type Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { hashToken, newToken } from '@/lib/ids'
import { pace } from '@/lib/pace'
import { plainName } from '@/lib/plain-name'
import { type Begun, beginInside } from './begin-session'
import { demoDomain } from './demo-domain'
import type { Device } from './touch-session'

export const RedeemSetupSchema = z.object({
  token: z.string().max(100),
  name: plainName(100),
  email: z.email().max(200).toLowerCase(),
})

/** People of the demo do not count: outside of it nobody can be them. */
const hasOperator = async (tx: Tx): Promise<boolean> =>
  (await tx.user.count({ where: { isOperator: true, blockedAt: null, NOT: { email: { endsWith: demoDomain } } } })) > 0

/**
 * The address by which whoever stands at the host becomes an operator. For an installation without one it is printed at the start;
 * `isReset` makes one in any case. Only the newest works. Null = there is an operator already.
 */
export async function createSetupLink({ isReset }: { isReset: boolean }): Promise<{ path: string } | null> {
  return transaction(async (tx) => {
    if (!isReset && (await hasOperator(tx))) return null
    const token = newToken()
    const expires = new Date(clock.nowMs() + pace('setupLink'))
    await tx.setupLink.deleteMany({ where: { usedAt: null } })
    await tx.setupLink.create({ data: { tokenHash: hashToken(token), isReset, createdAt: clock.now(), expires } })
    return { path: `/sign-in/setup/${token}` }
  })
}

/** A link is looked at as often as one likes; it is used up by what its page asks. */
export const isSetupLink = async (token: string): Promise<boolean> => (await findLink(db, token)) !== null

async function findLink(tx: Tx, token: string) {
  const link = await tx.setupLink.findFirst({ where: { tokenHash: hashToken(token), usedAt: null, expires: { gt: clock.now() } } })
  // Printed while there was no operator, it makes no second one.
  return link && (link.isReset || !(await hasOperator(tx))) ? link : null
}

interface Redeem extends z.infer<typeof RedeemSetupSchema> {
  readonly device: Device
  readonly oldToken: string | undefined
}

/** Makes who holds the link an operator, and signs them in; somebody of this e-mail who is here is let in again, if need be. */
export async function redeemSetupLink({ token, name, email, device, oldToken }: Redeem): Promise<Begun> {
  return transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "SetupLink" where "tokenHash" = ${hashToken(token)} for update`
    const link = await findLink(tx, token)
    if (!link)
      throw new AppError(
        'not_found',
        'This link was used already or has expired. Print another on the host: npx tengen-admin reset-operator.',
      )
    const there = await tx.user.findFirst({ where: { email: { equals: email, mode: 'insensitive' } } })
    const rights = { isOperator: true, blockedAt: null, blockedReason: null, blockedById: null }
    const user = there
      ? await tx.user.update({ where: { id: there.id }, data: rights })
      : await tx.user.create({ data: { ...rights, name, email, createdAt: clock.now() } })
    await tx.setupLink.update({ where: { id: link.id }, data: { usedAt: clock.now(), usedById: user.id } })
    await writeEvent(tx, systemActor('host'), {
      name: 'user.operator_made',
      subject: { kind: 'user', id: user.id },
      data: {
        email,
        isReset: link.isReset,
        address: device.address ?? null,
        before: { isOperator: there?.isOperator ?? false, isBlocked: Boolean(there?.blockedAt) },
        after: { isOperator: true, isBlocked: false },
      },
    })
    return beginInside(tx, { userId: user.id, device, oldToken, providerId: 'setup' })
  })
}
