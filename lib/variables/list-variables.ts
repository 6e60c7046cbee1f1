import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import { namePeople } from '@/lib/accounts/name-people'
import type { Actor, PersonActor } from '@/lib/auth/actor'
import { gateOf } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Variable, VariableVersion } from '@/lib/db/generated/client'
import type { Environment } from '@/lib/db/generated/enums'
import { notFound } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { olderVariables } from './older-variables'
import { whyNotRemove, whyNotSet } from './variable-gate'
import { type UsingStage, variableUsers } from './variable-users'
import type { VariablesView, VariableUser, VariableView } from './views'

export const ListVariablesSchema = z.object({ organization: z.string(), application: z.string() })

const environments = ['production', 'test'] as const
const mostVersions = 20

/** The variables of an application, by name, each with its versions and who takes it. Secrets by version only. */
export async function listVariables(actor: Actor, ask: z.infer<typeof ListVariablesSchema>): Promise<VariablesView> {
  const { application, organization } = await findScope(actor, ask)
  if (!application) throw notFound('This application')
  const resource = { organizationId: organization.id, applicationId: application.id }
  const [variables, members, ...users] = await Promise.all([
    db.variable.findMany({
      where: { applicationId: application.id },
      include: { versions: { orderBy: { version: 'desc' }, take: mostVersions } },
      orderBy: [{ name: 'asc' }, { environment: 'asc' }],
    }),
    listMembers(organization.id),
    ...environments.map((environment) => usersIn(application.id, environment)),
  ])
  const nameOf = await namePeople(variables.flatMap((variable) => variable.versions.map((version) => version.createdBy)))
  const gate = (environment: Environment) => gateOf(whyNotSet(actor, environment, resource), members, resource)
  const view = (variable: Variable & { versions: VariableVersion[] }) =>
    viewOf(actor, variable, { resource, members, nameOf, users: users[environments.indexOf(variable.environment)] ?? [] })
  return { items: variables.map(view), gates: { test: gate('test'), production: gate('production') }, asOf: iso(clock.now()) }
}

type User = UsingStage & { readonly older: readonly string[] }

async function usersIn(applicationId: string, environment: Environment): Promise<User[]> {
  const users = (await variableUsers(db, { applicationId, environment })).filter((user) => user.variables.size > 0)
  const older = await olderVariables({ applicationId, environment, stageIds: users.map((user) => user.stageId) })
  return users.map((user) => ({ ...user, older: older.get(user.stageId) ?? [] }))
}

interface Facts {
  readonly resource: { readonly organizationId: string; readonly applicationId: string }
  readonly members: readonly PersonActor[]
  readonly nameOf: Awaited<ReturnType<typeof namePeople>>
  readonly users: readonly User[]
}

function viewOf(
  actor: Actor,
  { id, environment, name, secretId, version, versions }: Variable & { versions: VariableVersion[] },
  { resource, members, nameOf, users }: Facts,
): VariableView {
  const usedBy = users
    .filter((user) => user.variables.has(name))
    .map((user): VariableUser => ({ serviceId: user.serviceId, name: user.name, runsOlder: user.older.includes(name) }))
  const isUsedBy = usedBy.map((user) => user.name)
  return {
    id,
    environment,
    name,
    secret: secretId !== null,
    version,
    versions: versions.map((row) => ({ version: row.version, text: row.text, by: nameOf(row.createdBy), at: iso(row.createdAt) })),
    usedBy,
    gates: {
      rotate: gateOf(whyNotSet(actor, environment, resource), members, resource),
      remove: gateOf(whyNotRemove(actor, environment, resource, isUsedBy), members, resource),
    },
  }
}
