import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import type { Actor } from '@/lib/auth/actor'
import { gateOf, lacks } from '@/lib/auth/gate'
import { db } from '@/lib/db/client'
import { literally } from '@/lib/db/where'
import { groupBy } from '@/lib/group-by'
import { findScope } from '@/lib/organizations/find-scope'
import { stageHealth } from '@/lib/services/stage-health'
import { EnvironmentSchema } from '@/lib/views'
import { membersOf } from './members-of'
import type { GroupList } from './views'

export const ListGroupsSchema = z.object({
  organization: z.string(),
  application: z.string(),
  environment: EnvironmentSchema,
  /** Part of a name. */
  q: z.string().trim().max(100).optional(),
})

const mostGroups = 50

/** The groups of an application that have something in one environment. */
export async function listGroups(actor: Actor, ask: z.infer<typeof ListGroupsSchema>): Promise<GroupList> {
  const { environment } = ask
  const scope = await findScope(actor, ask)
  const resource = { organizationId: scope.organization.id, applicationId: scope.application?.id ?? '' }
  const groups = await db.group.findMany({
    where: {
      applicationId: resource.applicationId,
      removedAt: null,
      ...(ask.q ? { name: { contains: literally(ask.q.toLowerCase()) } } : {}),
    },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: mostGroups,
  })
  const members = await membersOf(
    db,
    groups.map((group) => group.id),
    environment,
    'consumers-last',
  )
  const health = await stageHealth(members.map((member) => member.stageId))
  const byGroup = groupBy(members, (member) => member.groupId)
  return {
    groups: groups.flatMap(({ id, name }) => {
      const services = (byGroup.get(id) ?? []).map(({ stageId, name: service }) => {
        const now = health.get(stageId)
        return { name: service, running: now?.running ?? 0, wanted: now?.wanted ?? 0, health: now?.health ?? 'none' }
      })
      return services.length > 0 ? [{ id, name, environment, services }] : []
    }),
    gate: gateOf(lacks(actor, 'deploy.request', resource), await listMembers(scope.organization.id), resource),
  }
}
