import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import { namePeople } from '@/lib/accounts/name-people'
import type { Actor } from '@/lib/auth/actor'
import { gateOf, lacks } from '@/lib/auth/gate'
import { db } from '@/lib/db/client'
import { iso } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { EnvironmentSchema } from '@/lib/views'
import { providerChoices } from './provider-choices'
import type { RelationOffers } from './views'

export const ListOffersSchema = z.object({ organization: z.string(), application: z.string(), environment: EnvironmentSchema })

/** What an application lends to others, what others lend it, and what it could lend. */
export async function listOffers(actor: Actor, ask: z.infer<typeof ListOffersSchema>): Promise<RelationOffers> {
  const { environment } = ask
  const scope = await findScope(actor, ask)
  const organizationId = scope.organization.id
  const applicationId = scope.application?.id ?? ''
  const [rows, applications, choices, members] = await Promise.all([
    db.relationOffer.findMany({
      where: { environment, endedAt: null, OR: [{ toApplicationId: applicationId }, { service: { applicationId } }] },
      include: { service: { select: { name: true, applicationId: true } } },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    }),
    db.application.findMany({
      where: { organizationId, archivedAt: null },
      select: { id: true, slug: true, name: true },
      orderBy: { name: 'asc' },
    }),
    providerChoices(applicationId, environment),
    listMembers(organizationId),
  ])
  const nameOf = await namePeople(rows.map((row) => row.createdBy))
  const named = new Map(applications.map(({ id, ...one }) => [id, one]))
  const unknown = { slug: '', name: '' }
  const resource = { organizationId, applicationId }
  return {
    offers: rows.map((row) => {
      const isOurs = row.service.applicationId === applicationId
      return {
        id: row.id,
        side: isOurs ? 'giver' : 'taker',
        service: row.service.name,
        interface: row.interface,
        environment: row.environment,
        other: named.get(isOurs ? row.toApplicationId : row.service.applicationId) ?? unknown,
        by: nameOf(row.createdBy),
        at: iso(row.createdAt),
        acceptedAt: row.acceptedAt ? iso(row.acceptedAt) : null,
      }
    }),
    lendable: choices
      .filter((one) => one.kind === 'service' && one.application === null)
      .map((one) => ({ service: one.name, interface: one.interface })),
    applications: applications.filter((one) => one.id !== applicationId).map(({ slug, name }) => ({ slug, name })),
    gate: gateOf(lacks(actor, 'relation.offer', resource), members, resource),
  }
}
