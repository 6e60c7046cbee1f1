import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import { namePeople } from '@/lib/accounts/name-people'
import type { Actor, PersonActor } from '@/lib/auth/actor'
import { gateOf } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import type { Variable, VariableVersion } from '@/lib/db/generated/client'
import type { Environment } from '@/lib/db/generated/enums'
import { anywhere, Where } from '@/lib/db/where'
import { notFound } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { orderOf, PageAskSchema, parseAsk, toPage, turnOf } from '@/lib/page'
import { EnvironmentSchema } from '@/lib/views'
import { olderVariables } from './older-variables'
import { whyNotRemove, whyNotSet } from './variable-gate'
import { type UsingStage, variableUsers } from './variable-users'
import type { VariablesView, VariableUser, VariableView } from './views'

export const ListVariablesSchema = PageAskSchema.extend({
  organization: z.string(),
  application: z.string(),
  /** Part of a name. */
  q: z.string().trim().max(100).optional(),
})
type Ask = z.output<typeof ListVariablesSchema>

const environments = ['production', 'test'] as const
const mostVersions = 20
const mostUsers = 50

/** The variables of an application, by name, each with its versions and who takes it. Secrets by version only. */
export async function listVariables(actor: Actor, input: z.input<typeof ListVariablesSchema>): Promise<VariablesView> {
  const ask = parseAsk(ListVariablesSchema, input)
  const { application, organization } = await findScope(actor, ask)
  if (!application) throw notFound('This application')
  const resource = { organizationId: organization.id, applicationId: application.id }
  const page = await findPage(application.id, ask)
  const namesIn = (environment: Environment) => page.rows.filter((row) => row.environment === environment).map((row) => row.name)
  const [found, members, ...users] = await Promise.all([
    db.variable.findMany({
      where: { id: { in: page.rows.map((row) => row.id) } },
      include: { versions: { orderBy: { version: 'desc' }, take: mostVersions } },
    }),
    listMembers(organization.id),
    ...environments.map((environment) => usersIn(application.id, environment, namesIn(environment))),
  ])
  const variables = page.rows.flatMap((row) => found.find((variable) => variable.id === row.id) ?? [])
  const nameOf = await namePeople(variables.flatMap((variable) => variable.versions.map((version) => version.createdBy)))
  const gate = (environment: Environment) => gateOf(whyNotSet(actor, environment, resource), members, resource)
  const view = (variable: Variable & { versions: VariableVersion[] }) =>
    viewOf(actor, variable, { resource, members, nameOf, users: users[environments.indexOf(variable.environment)] ?? [] })
  return {
    items: variables.map(view),
    next: page.next,
    previous: page.previous,
    total: page.total,
    gates: { test: gate('test'), production: gate('production') },
    asOf: iso(clock.now()),
  }
}

interface Found {
  readonly id: string
  readonly name: string
  readonly environment: Environment
}

const KeySchema = z.tuple([z.string(), EnvironmentSchema])

async function findPage(applicationId: string, ask: Ask) {
  const turn = turnOf(ask, KeySchema)
  const { direction, operator, take } = orderOf(turn, false)
  const where = new Where().and('v."applicationId" = ?', applicationId)
  if (ask.q) where.and('v.name ilike ?', anywhere(ask.q))
  if (turn.key) where.and(`(v.name, v.environment) ${operator} (?::text, ?::"Environment")`, ...turn.key)
  const { rows } = await pool.query<Found>(
    `select v.id, v.name, v.environment from "Variable" v where ${where.text}
     order by v.name ${direction}, v.environment ${direction} limit ${take}`,
    where.values,
  )
  return toPage(rows, turn, (row): z.infer<typeof KeySchema> => [row.name, row.environment])
}

type User = UsingStage & { readonly older: readonly string[] }

async function usersIn(applicationId: string, environment: Environment, names: readonly string[]): Promise<User[]> {
  const users = await variableUsers(db, { applicationId, environment }, names)
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
    .sort((one, other) => Number(other.runsOlder) - Number(one.runsOlder))
  const isUsedBy = usedBy.map((user) => user.name)
  return {
    id,
    environment,
    name,
    secret: secretId !== null,
    version,
    versions: versions.map((row) => ({ version: row.version, text: row.text, by: nameOf(row.createdBy), at: iso(row.createdAt) })),
    usedBy: usedBy.slice(0, mostUsers),
    usedByCount: usedBy.length,
    olderCount: usedBy.filter((user) => user.runsOlder).length,
    gates: {
      rotate: gateOf(whyNotSet(actor, environment, resource), members, resource),
      remove: gateOf(whyNotRemove(actor, environment, resource, isUsedBy), members, resource),
    },
  }
}
