import { namePeople } from '@/lib/accounts/name-people'
import type { Actor } from '@/lib/auth/actor'
import { gateOf } from '@/lib/auth/gate'
import { db } from '@/lib/db/client'
import type { QuotaRequest } from '@/lib/db/generated/client'
import { groupBy } from '@/lib/group-by'
import { iso } from '@/lib/iso-time'
import { AmountsSchema } from './amount-views'
import { whyNotDecide, whyNotWithdraw } from './quota-gate'
import { amountsOf } from './quotas-of'
import { nothingUsed, usedIn } from './used-by'
import type { QuotaRequestView } from './views'

/** Requests as both sides see them: with what the organisation has there now, and uses. */
export async function requestViews(actor: Actor, requests: readonly QuotaRequest[]): Promise<QuotaRequestView[]> {
  const organizationIds = [...new Set(requests.map((request) => request.organizationId))]
  const runtimeIds = [...new Set(requests.map((request) => request.runtimeId))]
  const [organizations, runtimes, grants, nameOf] = await Promise.all([
    db.organization.findMany({ where: { id: { in: organizationIds } }, select: { id: true, slug: true, name: true } }),
    db.runtime.findMany({ where: { id: { in: runtimeIds } }, select: { id: true, name: true, kind: true, environment: true } }),
    db.runtimeGrant.findMany({ where: { organizationId: { in: organizationIds }, runtimeId: { in: runtimeIds } } }),
    namePeople(requests.flatMap((request) => [request.requesterId, request.decidedBy])),
  ])
  const used = new Map(
    await Promise.all(
      [...groupBy(requests, (request) => request.organizationId)].map(
        async ([id, mine]) =>
          [id, (await usedIn(db, { organizationId: id, runtimeIds: mine.map((one) => one.runtimeId) })).byRuntime] as const,
      ),
    ),
  )
  return requests.flatMap((request): QuotaRequestView[] => {
    const organization = organizations.find((one) => one.id === request.organizationId)
    const runtime = runtimes.find((one) => one.id === request.runtimeId)
    if (!organization || !runtime) return []
    const grant = grants.find((one) => one.organizationId === request.organizationId && one.runtimeId === request.runtimeId)
    return [
      {
        id: request.id,
        organization: { slug: organization.slug, name: organization.name },
        runtime,
        state: request.state,
        stateSince: iso(request.stateSince),
        amounts: amountsOf(request),
        reason: request.reason,
        requester: nameOf(request.requesterId),
        createdAt: iso(request.createdAt),
        decidedBy: request.decidedBy ? nameOf(request.decidedBy) : null,
        answer: request.answer,
        granted: request.granted ? AmountsSchema.parse(request.granted) : null,
        quota: grant ? amountsOf(grant) : null,
        used: used.get(organization.id)?.get(runtime.id) ?? nothingUsed,
        gates: { decide: gateOf(whyNotDecide(actor, request)), withdraw: gateOf(whyNotWithdraw(actor, request)) },
      },
    ]
  })
}
