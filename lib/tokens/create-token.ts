import type { z } from 'zod'
import type { PersonActor } from '@/lib/auth/actor'
import { can } from '@/lib/auth/authorize'
import { refuse } from '@/lib/auth/gate'
import { isPlatformScope } from '@/lib/auth/scopes'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { hashToken, newToken } from '@/lib/ids'
import { iso } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { type CreateTokenSchema, type NewToken, tokenPrefix } from './schema'
import { whyNotManage, whyNotOwn, whyNotScope } from './token-gate'
import type { MadeToken } from './views'

const dayMs = 24 * 3_600_000
const mostOpen = 200
/** So much of a token is kept and shown: enough to know it again, nothing to guess the rest by. */
const shownLength = tokenPrefix.length + 8

/** A token that speaks for oneself, nowhere for more than one may oneself. It is shown once. */
export async function createOwnToken(actor: PersonActor, ask: NewToken): Promise<MadeToken> {
  refuse(whyNotOwn(actor))
  return make(actor, ask, false)
}

/** A token of an organisation: it stays when who made it leaves. */
export async function createToken(actor: PersonActor, ask: z.output<typeof CreateTokenSchema>): Promise<MadeToken> {
  return make(actor, ask, true)
}

async function make(actor: PersonActor, ask: NewToken, isShared: boolean): Promise<MadeToken> {
  const { organizationId, applicationId } = await findPlace(actor, ask)
  if (isShared) refuse(whyNotManage(actor, { organizationId, applicationId }))
  for (const scope of ask.scopes) refuse(whyNotScope(actor, scope, { isShared }))
  insistFits(ask)
  const limit = placeLimit(actor, { organizationId, applicationId }, { isShared, hasServices: ask.services !== undefined })
  return transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "User" where id = ${actor.id} for update`
    const open = isShared ? { isShared, organizationId } : { isShared, userId: actor.id }
    if ((await tx.apiToken.count({ where: { ...open, revokedAt: null, expires: { gt: clock.now() } } })) >= mostOpen)
      throw new AppError('rate_limited', `${mostOpen} tokens are good already. Revoke some first.`)
    const serviceIds = await servicesOf(tx, applicationId, ask.services)
    const token = tokenPrefix + newToken()
    const expires = new Date(clock.nowMs() + ask.days * dayMs)
    const { id } = await tx.apiToken.create({
      data: {
        ...{ isShared, organizationId, applicationId: limit, serviceIds, name: ask.name, scopes: [...new Set(ask.scopes)], expires },
        userId: actor.id,
        prefix: token.slice(0, shownLength),
        tokenHash: hashToken(token),
        createdAt: clock.now(),
      },
    })
    const { name, scopes, services = [], application = null } = ask
    await writeEvent(tx, actor, {
      name: 'token.made',
      organizationId: isShared ? organizationId : null,
      subject: { kind: 'token', id },
      data: { name, scopes, services, application, isShared, expires: iso(expires) },
    })
    return { id, token, expires: iso(expires) }
  })
}

/** Where it shall be good. What its maker may not see is not there. */
async function findPlace(actor: PersonActor, { organization, application }: NewToken) {
  if (!organization) return { organizationId: null, applicationId: null }
  const scope = await findScope(actor, { organization, ...(application ? { application } : {}) })
  return { organizationId: scope.organization.id, applicationId: scope.application?.id ?? null }
}

/** Services are limit enough: packages, which they come from, are of the organisation, for whoever may give that. */
function placeLimit(
  actor: PersonActor,
  { organizationId, applicationId }: { organizationId: string | null; applicationId: string | null },
  { isShared, hasServices }: { isShared: boolean; hasServices: boolean },
): string | null {
  return hasServices && (!isShared || can(actor, 'token.manage', { organizationId })) ? null : applicationId
}

/** Limits name each other from the outside in; what is of the platform is limited to no organisation. */
function insistFits({ organization, application, services, scopes }: NewToken): void {
  if (application && !organization)
    throw new AppError('invalid', 'Name the organisation of the application.', { fields: { organization: 'is needed' } })
  if (services && !application)
    throw new AppError('invalid', 'Name the application of the services.', { fields: { application: 'is needed' } })
  if (organization && scopes.some(isPlatformScope))
    throw new AppError('invalid', 'What is of the platform is of no organisation.', { fields: { organization: 'must be empty' } })
}

async function servicesOf(tx: Tx, applicationId: string | null, names: readonly string[] | undefined): Promise<string[]> {
  if (!names) return []
  const found = await tx.service.findMany({
    where: { applicationId: applicationId ?? '', name: { in: [...names] }, removedAt: null },
    select: { id: true, name: true },
  })
  const missing = names.filter((name) => !found.some((one) => one.name === name))
  if (missing.length > 0) throw notFound(`The service ${missing.join(', ')}`)
  return found.map((one) => one.id)
}
