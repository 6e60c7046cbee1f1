import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, can } from '@/lib/auth/authorize'
import { refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { findScope, resourcesOf } from '@/lib/organizations/find-scope'
import { canonicalJson } from '@/lib/protocol/canonical'
import { AmountsSchema } from './amount-views'
import { tellRequest } from './move-request'
import { whyNotAsk } from './quota-gate'
import { amountsOf } from './quotas-of'

export const AskQuotaSchema = z.object({
  organization: z.string(),
  runtimeId: z.string(),
  amounts: AmountsSchema,
  reason: z.string().trim().min(3, 'Say what it is for.').max(1000),
})

/** A developer asks operators for the use of a pool, or for another quota where the organisation is already. */
export async function askQuota(actor: Actor, ask: z.infer<typeof AskQuotaSchema>): Promise<{ id: string }> {
  const scope = await findScope(actor, ask)
  const organizationId = scope.organization.id
  const resources = resourcesOf(scope)
  const resource = resources.find((one) => can(actor, 'quota.ask', one)) ?? resources[0] ?? { organizationId }
  authorize(actor, 'quota.ask', resource, 'This organisation')
  return transaction(async (tx) => {
    // Two who ask for the same at once are one after the other.
    await tx.$queryRaw`select 1 from "Organization" where id = ${organizationId} for no key update`
    const runtime = await tx.runtime.findFirst({
      where: { id: ask.runtimeId, OR: [{ isOffered: true }, { grants: { some: { organizationId } } }] },
      include: { grants: { where: { organizationId } } },
    })
    if (!runtime) throw notFound('This runtime')
    const open = await tx.quotaRequest.count({ where: { organizationId, runtimeId: runtime.id, state: 'asked' } })
    refuse(whyNotAsk(actor, resource, { isAsked: open > 0 }))
    const [grant] = runtime.grants
    if (grant && canonicalJson(amountsOf(grant)) === canonicalJson(ask.amounts))
      throw new AppError('nothing_to_do', 'The organisation has exactly this already.')
    const now = clock.now()
    const request = await tx.quotaRequest.create({
      data: {
        organizationId,
        runtimeId: runtime.id,
        ...ask.amounts,
        reason: ask.reason,
        requesterId: actor.id,
        createdAt: now,
        stateSince: now,
      },
    })
    await tellRequest(tx, actor, request, 'quota.ask')
    return { id: request.id }
  })
}
