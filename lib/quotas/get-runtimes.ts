import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import type { Actor } from '@/lib/auth/actor'
import { authorize, can } from '@/lib/auth/authorize'
import { gateOf } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { factsOf, sumsOf } from '@/lib/clusters/cluster-facts-views'
import { db } from '@/lib/db/client'
import type { Cluster } from '@/lib/db/generated/client'
import { iso, isoOrNull } from '@/lib/iso-time'
import { countMachines, sumOf } from '@/lib/machines/count-machines'
import { findScope, resourcesOf } from '@/lib/organizations/find-scope'
import { whyNotAsk } from './quota-gate'
import { amountsOf } from './quotas-of'
import { requestViews } from './request-views'
import { nothingUsed, usedIn } from './used-by'
import type { RuntimesView } from './views'
import { wideQuotas } from './wide-quotas'

export const GetRuntimesSchema = z.object({ organization: z.string() })

const lastRequests = 50

/** Where an organisation's services may run and what of its quotas is used; where they could run if it asked; what it has asked for. */
export async function getRuntimes(actor: Actor, { organization: slug }: z.infer<typeof GetRuntimesSchema>): Promise<RuntimesView> {
  const scope = await findScope(actor, { organization: slug })
  const { organization } = scope
  const resources = resourcesOf(scope)
  const resource = resources.find((one) => can(actor, 'quota.ask', one)) ?? resources[0] ?? { organizationId: organization.id }
  authorize(actor, 'organization.see', resource, 'This organisation')
  const runtimes = await db.runtime.findMany({
    where: { OR: [{ grants: { some: { organizationId: organization.id } } }, { isOffered: true }] },
    include: {
      grants: { where: { organizationId: organization.id } },
      cluster: true,
    },
    orderBy: [{ environment: 'asc' }, { name: 'asc' }],
  })
  const used = await usedIn(db, { organizationId: organization.id, runtimeIds: null })
  const ids = runtimes.map((runtime) => runtime.id)
  const machinesOf = await countMachines(ids)
  const readyIn = (id: string) => sumOf(machinesOf(id), ({ state, isKnown }) => state === 'ready' && isKnown)
  const requests = await db.quotaRequest.findMany({
    where: { organizationId: organization.id },
    orderBy: { createdAt: 'desc' },
    take: lastRequests,
  })
  const asked = new Set(requests.filter((request) => request.state === 'asked').map((request) => request.runtimeId))
  const members = await listMembers(organization.id)
  const now = clock.now()
  return {
    organizationSlug: organization.slug,
    runtimes: runtimes.map(({ id, name, kind, environment, grants: [grant], cluster }) => ({
      id,
      name,
      kind,
      environment,
      // Of a pool that it may not use an organisation hears the name, and no more.
      machines: grant ? sumOf(machinesOf(id), (one) => one.state !== 'offline') : 0,
      readyMachines: grant ? readyIn(id) : 0,
      cluster: grant && cluster ? clusterOf(cluster) : null,
      quota: grant ? amountsOf(grant) : null,
      used: used.byRuntime.get(id) ?? nothingUsed,
      ask: gateOf(whyNotAsk(actor, resource, { isAsked: asked.has(id) }), members, resource),
    })),
    altogether: await wideQuotas(actor, scope, used),
    requests: await requestViews(actor, requests),
    asOf: iso(now),
  }
}

function clusterOf(cluster: Cluster): NonNullable<RuntimesView['runtimes'][number]['cluster']> {
  const { nodes, readyNodes } = sumsOf(factsOf(cluster))
  return { state: cluster.state, heardAt: isoOrNull(cluster.heardAt), nodes, readyNodes }
}
