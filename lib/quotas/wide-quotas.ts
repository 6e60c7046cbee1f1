import { listMembers } from '@/lib/accounts/list-members'
import type { Actor } from '@/lib/auth/actor'
import { gateOf, lacks, no } from '@/lib/auth/gate'
import { db } from '@/lib/db/client'
import type { Scope } from '@/lib/organizations/find-scope'
import { amountsOf } from './quotas-of'
import { nothingUsed, type UsedUp } from './used-by'
import type { WideQuota } from './views'

/** What an organisation and each of its applications may have altogether, and have. */
export async function wideQuotas(actor: Actor, { organization, applicationIds }: Scope, used: UsedUp): Promise<WideQuota[]> {
  const applications = await db.application.findMany({
    where: { organizationId: organization.id, archivedAt: null, ...(applicationIds ? { id: { in: [...applicationIds] } } : {}) },
    select: { id: true, slug: true, name: true },
    orderBy: { slug: 'asc' },
  })
  const rows = await db.quota.findMany({ where: { organizationId: organization.id } })
  const quotaOf = (id: string) => rows.filter((row) => row.subjectId === id).map(amountsOf)[0] ?? null
  const resource = { organizationId: organization.id }
  const set = gateOf(
    lacks(actor, 'organization.manage', resource),
    await listMembers(organization.id, { roles: ['admin', 'owner'] }),
    resource,
  )
  const { hasIt: _, ...all } = used.all
  const ofAll = { application: null, quota: quotaOf(organization.id), used: all, gates: { set: gateOf(byOperators) } }
  return [
    ...(applicationIds ? [] : [ofAll]),
    ...applications.map(({ id, ...application }) => {
      const { hasIt: _hasIt, ...mine } = used.byApplication.get(id) ?? { ...nothingUsed, hasIt: false }
      return { application, quota: quotaOf(id), used: mine, gates: { set } }
    }),
  ]
}

const byOperators = no('quota_of_operators', 'Operators say how much an organisation may have altogether.', 'forbidden')
