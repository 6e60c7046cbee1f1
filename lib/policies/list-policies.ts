import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import { type NameOf, namePeople } from '@/lib/accounts/name-people'
import type { Actor } from '@/lib/auth/actor'
import { can, ofService } from '@/lib/auth/authorize'
import { gateOf, lacks } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { ApprovalPolicy, PolicyVersion, Prisma } from '@/lib/db/generated/client'
import { literally } from '@/lib/db/where'
import { approvalFloor } from '@/lib/deploys/approval-policy'
import { iso, isoOrNull } from '@/lib/iso-time'
import { findScope, scopeWhere } from '@/lib/organizations/find-scope'
import { orderOf, PageAskSchema, parseAsk, toPage, turnOf } from '@/lib/page'
import type { Environment } from '@/lib/views'
import { loadRulesOf } from './load-rules'
import { freezeAt, opensAt } from './openings'
import { type PolicyInForce, PolicyRulesSchema, StandingRulesSchema } from './schema'
import type { EnvironmentPolicy, PoliciesView, PolicyVersionView } from './views'

const environments: readonly Environment[] = ['production', 'test']

/** Pages and filters the services. */
export const ListPoliciesSchema = PageAskSchema.extend({
  organization: z.string(),
  /** Part of a service's name. */
  q: z.string().trim().max(100).optional(),
})
type Ask = z.output<typeof ListPoliciesSchema>

/** What an organisation asks of changes, what runs there without a person, and how that came to be. */
export async function getPolicies(actor: Actor, input: z.input<typeof ListPoliciesSchema>): Promise<PoliciesView> {
  const ask = parseAsk(ListPoliciesSchema, input)
  const scope = await findScope(actor, ask)
  const { id: organizationId, name, slug } = scope.organization
  const members = await listMembers(organizationId, { roles: ['admin', 'owner'] })
  const living = { ...scopeWhere(scope), removedAt: null }
  const [rulesOf, policies, page, history] = await Promise.all([
    loadRulesOf(db, [{ organizationId, environment: 'production' }]),
    db.approvalPolicy.findMany({ where: { organizationId } }),
    findPage(living, ask),
    findVersions(organizationId),
  ])
  const services = await servicesOf(actor, page.rows)
  const changed = { ...living, id: { in: history.flatMap((version) => version.serviceId ?? []) } }
  const named = await servicesOf(actor, await db.service.findMany({ where: changed, select: columns }))
  const mine = history.filter(
    ({ serviceId }) => !serviceId || named.some((one) => one.id === serviceId) || can(actor, 'organization.manage', { organizationId }),
  )
  const standing = await db.standingPolicy.findMany({ where: { serviceId: { in: services.map((service) => service.id) } } })
  const nameOf = await namePeople([...policies, ...standing, ...mine].map((one) => one.setBy))
  const countOf = (role: 'admin' | 'owner') =>
    members.filter(({ grants }) => grants.some((grant) => grant.applicationId === null && grant.role === role)).length
  return {
    organization: { slug, name },
    environments: environments.map((environment) =>
      environmentOf(environment, rulesOf({ organizationId, environment }), { policies, nameOf }),
    ),
    standing: services.map(({ id, name, applicationId, application }) => {
      const policy = standing.find((one) => one.serviceId === id)
      return {
        service: { id, name, applicationSlug: application?.slug ?? '', applicationName: application?.name ?? '' },
        rules: policy ? StandingRulesSchema.parse(policy) : null,
        version: policy?.version ?? 0,
        set: policy?.setBy ? { by: nameOf(policy.setBy), at: iso(policy.setAt) } : null,
        gate: gateOf(lacks(actor, 'organization.manage', { organizationId, applicationId, serviceId: id }), members, {
          organizationId,
          applicationId,
        }),
      }
    }),
    next: page.next,
    previous: page.previous,
    history: mine.map((version) => versionOf(version, { services: named, nameOf })),
    people: { admin: countOf('admin'), owner: countOf('owner') },
    gate: gateOf(lacks(actor, 'organization.manage', { organizationId }), members, { organizationId }),
  }
}

const columns = { id: true, name: true, applicationId: true, organizationId: true } as const
type Found = Prisma.ServiceGetPayload<{ select: typeof columns }>

interface ServiceRow extends Found {
  readonly application: { readonly slug: string; readonly name: string } | undefined
}

const KeySchema = z.tuple([z.string(), z.string()])

async function findPage(living: Prisma.ServiceWhereInput, ask: Ask) {
  const turn = turnOf(ask, KeySchema)
  const { direction, take } = orderOf(turn, false)
  const side = direction === 'asc' ? 'gt' : 'lt'
  const [name, id] = turn.key ?? []
  const found = await db.service.findMany({
    where: {
      ...living,
      ...(ask.q ? { name: { contains: literally(ask.q.toLowerCase()) } } : {}),
      ...(name ? { OR: [{ name: { [side]: name } }, { name, id: { [side]: id } }] } : {}),
    },
    select: columns,
    orderBy: [{ name: direction }, { id: direction }],
    take,
  })
  return toPage(found, turn, (row): z.infer<typeof KeySchema> => [row.name, row.id])
}

/** A token that is limited to services knows of nothing beside them. */
async function servicesOf(actor: Actor, found: readonly Found[]): Promise<ServiceRow[]> {
  const services = found.filter((service) => can(actor, 'service.see', ofService(service)))
  const applications = await db.application.findMany({ where: { id: { in: services.map((service) => service.applicationId) } } })
  return services.map((service) => ({ ...service, application: applications.find((one) => one.id === service.applicationId) }))
}

const findVersions = (organizationId: string) =>
  db.policyVersion.findMany({ where: { organizationId }, orderBy: [{ setAt: 'desc' }, { id: 'desc' }], take: 100 })

interface Named {
  readonly policies: readonly ApprovalPolicy[]
  readonly nameOf: NameOf
}

function environmentOf(environment: Environment, { version, ...rules }: PolicyInForce, { policies, nameOf }: Named): EnvironmentPolicy {
  const row = policies.find((policy) => policy.environment === environment)
  const now = clock.now()
  return {
    environment,
    rules,
    version,
    set: row?.setBy ? { by: nameOf(row.setBy), at: iso(row.setAt) } : null,
    floor: approvalFloor[environment],
    opensAt: isoOrNull(opensAt(rules, now)),
    freeze: freezeAt(rules, now.getTime())?.reason ?? null,
  }
}

function versionOf(
  { id, environment, serviceId, version, rules, note, setBy, setAt }: PolicyVersion,
  { services, nameOf }: { services: readonly ServiceRow[]; nameOf: NameOf },
): PolicyVersionView {
  return {
    id,
    environment,
    service: serviceId ? { id: serviceId, name: services.find((one) => one.id === serviceId)?.name ?? serviceId } : null,
    version,
    rules: environment && rules ? PolicyRulesSchema.parse(rules) : null,
    standing: serviceId && rules ? StandingRulesSchema.parse(rules) : null,
    note,
    by: nameOf(setBy),
    at: iso(setAt),
  }
}
