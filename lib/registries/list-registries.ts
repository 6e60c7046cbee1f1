import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import { namePeople } from '@/lib/accounts/name-people'
import type { Actor } from '@/lib/auth/actor'
import { gateOf } from '@/lib/auth/gate'
import { db } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { notFound } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { whyNotSet } from '@/lib/variables/variable-gate'
import type { RegistriesView } from './views'

export const ListRegistriesSchema = z.object({ organization: z.string(), application: z.string() })

/** The registries that pods of an application may pull from, by name. Passwords go in and never out. */
export async function listRegistries(actor: Actor, ask: z.infer<typeof ListRegistriesSchema>): Promise<RegistriesView> {
  const { application, organization } = await findScope(actor, ask)
  if (!application) throw notFound('This application')
  const resource = { organizationId: organization.id, applicationId: application.id }
  const [rows, members, clusters] = await Promise.all([
    db.imageRegistry.findMany({ where: { applicationId: application.id }, orderBy: [{ server: 'asc' }, { environment: 'asc' }] }),
    listMembers(organization.id),
    db.clusterNamespace.count({ where: { applicationId: application.id } }),
  ])
  const nameOf = await namePeople(rows.map(({ setBy }) => setBy))
  const gate = (environment: Environment) => gateOf(whyNotSet(actor, environment, resource), members, resource)
  return {
    items: rows.map(({ environment, server, username, revision, setBy, setAt }) => ({
      environment,
      server,
      username,
      revision,
      by: nameOf(setBy),
      at: iso(setAt),
    })),
    hasClusters: clusters > 0,
    gates: { test: gate('test'), production: gate('production') },
  }
}
