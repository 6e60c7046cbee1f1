import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import type { Actor, PersonActor } from '@/lib/auth/actor'
import { can } from '@/lib/auth/authorize'
import { gateOf, lacks } from '@/lib/auth/gate'
import { policy } from '@/lib/auth/policy'
import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import { anywhere, Where } from '@/lib/db/where'
import { iso } from '@/lib/iso-time'
import { findScope, resourcesOf, type Scope, scopeWhere, within } from '@/lib/organizations/find-scope'
import { orderOf, PageAskSchema, parseAsk, type Turn, toPage, turnOf } from '@/lib/page'
import { EnvironmentSchema } from '@/lib/views'
import { type FoundStage, serviceRows } from './service-rows'
import { healthColumns, healthLateral, heardLimit, unitColumns } from './stage-health'
import { HealthSchema, type ServiceList, type ServiceRow } from './views'

export const ListServicesSchema = PageAskSchema.extend({
  organization: z.string(),
  application: z.string().optional(),
  /** Part of a service's or package's name. */
  q: z.string().trim().max(100).optional(),
  environment: z.array(EnvironmentSchema).optional(),
  health: z.array(HealthSchema).optional(),
  /** Names of runtimes it is placed in. */
  runtime: z.array(z.string().max(100)).optional(),
  /** Names of packages. */
  package: z.array(z.string().max(100)).optional(),
  sort: z.enum(['name', '-name', 'changed', '-changed']).default('name'),
})
export type ListServicesInput = z.input<typeof ListServicesSchema>
type Ask = z.output<typeof ListServicesSchema>

const NameKeySchema = z.tuple([z.string(), z.string()])
const ChangedKeySchema = z.tuple([z.int(), z.string()])

/** A row a stage. Names are one walk along an index; each row's health is counted only for what the page shows. */
export async function listServices(actor: Actor, input: ListServicesInput): Promise<ServiceList> {
  const ask = parseAsk(ListServicesSchema, input)
  const scope = await findScope(actor, ask)
  // Taken first: what is silent as of this moment is unknown to every query below.
  const asOf = iso(clock.now())
  const [page, choices, members] = await Promise.all([findPage(scope, ask), findChoices(scope), membersToName(actor, scope)])
  return {
    items: await serviceRows(actor, { stages: page.rows, members }),
    next: page.next,
    previous: page.previous,
    total: page.total,
    choices,
    gates: { create: createGate(actor, scope, members) },
    asOf,
  }
}

/** The first few stages whose service has a text in its name, with all that the list shows of them. */
export async function findServices(
  actor: Actor,
  { scope, q, limit, members }: { scope: Scope; q: string; limit: number; members: readonly PersonActor[] },
): Promise<ServiceRow[]> {
  const where = within(new Where(), scope, 's')
    .and('s."removedAt" is null and not s."isRoute"')
    .and('s.name like ?', anywhere(q.toLowerCase()))
  const stages = await select(where, { ask: {}, order: 's.name asc, t.id asc', take: limit })
  return serviceRows(actor, { stages, members })
}

const findPage = (scope: Scope, ask: Ask) => (ask.sort.endsWith('name') ? byName(scope, ask) : byChange(scope, ask))

async function byName(scope: Scope, ask: Ask) {
  const turn = turnOf(ask, NameKeySchema)
  const { direction, operator, take } = orderOf(turn, ask.sort === '-name')
  const where = conditions(scope, ask)
  // The first comparison is what the index can begin at; the second says where exactly.
  if (turn.key) where.and(`s.name ${operator}= ? and (s.name, t.id) ${operator} (?, ?)`, turn.key[0], ...turn.key)
  const order = `s.name ${direction}, t.id ${direction}`
  return toPage(await select(where, { ask, order, take }), turn, (row): z.infer<typeof NameKeySchema> => [row.name, row.stageId])
}

/** By the last deploy of each stage: its number rises with time, within one organisation. */
async function byChange(scope: Scope, ask: Ask) {
  const turn: Turn<z.infer<typeof ChangedKeySchema>> = turnOf(ask, ChangedKeySchema)
  const { direction, operator, take } = orderOf(turn, ask.sort === '-changed')
  const where = conditions(scope, ask)
  if (turn.key) where.and(`(coalesce(d.number, 0), t.id) ${operator} (?::int, ?::text)`, ...turn.key)
  const order = `coalesce(d.number, 0) ${direction}, t.id ${direction}`
  return toPage(
    await select(where, { ask, order, take }),
    turn,
    (row): z.infer<typeof ChangedKeySchema> => [row.lastNumber ?? 0, row.stageId],
  )
}

const columns = `s.id, t.id as "stageId", s.name, s."applicationId", s."packageId", s."createdAt" at time zone 'UTC' as "createdAt", t.environment, t."releaseId",
  s."organizationId", t."releaseNumber"`

const lastDeploy = `left join lateral (select r.id, r.number from "DeployRecord" r where r."stageId" = t.id order by r.number desc limit 1) d on true`

/** With a filter by health every candidate is counted until the page is full; without, only the page is. */
async function select(
  where: Where,
  { ask, order, take }: { ask: Pick<Ask, 'health'>; order: string; take: number },
): Promise<FoundStage[]> {
  const from = `from "Service" s join "Stage" t on t."serviceId" = s.id`
  const since = where.value(heardLimit().toISOString())
  const health = healthLateral(since)
  const isByChange = order.includes('d.number')
  const picked = ask.health?.length
    ? `select ${columns}, d.number as "lastNumber", d.id as "lastId", ${healthColumns}, ${unitColumns} ${from} ${lastDeploy} ${health}
       where ${where.text} and h.health = any(${where.value(ask.health)}::text[]) order by ${order} limit ${take}`
    : `select page.*, ${isByChange ? '' : 'd.number as "lastNumber", d.id as "lastId",'} ${healthColumns}, ${unitColumns}
       from (select ${columns} ${isByChange ? ', d.number as "lastNumber", d.id as "lastId"' : ''}, row_number() over (order by ${order}) as place
             ${from} ${isByChange ? lastDeploy : ''} where ${where.text} order by ${order} limit ${take}) page
       join "Stage" t on t.id = page."stageId" ${isByChange ? '' : lastDeploy} ${health} order by page.place`
  const { rows } = await pool.query<FoundStage>(picked, where.values)
  return rows
}

function conditions(scope: Scope, ask: Ask): Where {
  const where = within(new Where(), scope, 's').and('s."removedAt" is null and not s."isRoute"')
  if (ask.environment?.length) where.and('t.environment = any(?::"Environment"[])', ask.environment)
  const packages = `select p.id from "Package" p where`
  if (ask.package?.length) where.and(`s."packageId" in (${packages} p.name = any(?::text[]))`, ask.package)
  if (ask.runtime?.length)
    where.and(
      `exists (select 1 from "Placement" p join "Runtime" u on u.id = p."runtimeId" where p."stageId" = t.id and u.name = any(?::text[]))`,
      ask.runtime,
    )
  if (ask.q) where.and(`s.name like ? or s."packageId" in (${packages} p.name ilike ?)`, anywhere(ask.q.toLowerCase()), anywhere(ask.q))
  return where
}

/** What the chips offer: packages in use here, and the runtimes this organisation may use. */
async function findChoices(scope: Scope): Promise<ServiceList['choices']> {
  const where = within(new Where(), scope, 's').and('s."packageId" = p.id').and('s."removedAt" is null and not s."isRoute"')
  const { rows } = await pool.query<{ name: string }>(
    `select p.name from "Package" p where (p."organizationId" is null or p."organizationId" = ${where.value(scope.organization.id)})
       and exists (select 1 from "Service" s where ${where.text}) order by p.name limit 50`,
    where.values,
  )
  const runtimes = await db.runtime.findMany({
    where: { grants: { some: { organizationId: scope.organization.id } } },
    select: { name: true },
    orderBy: { name: 'asc' },
    take: 50,
  })
  return { packages: [...new Set(rows.map((row) => row.name))], runtimes: runtimes.map((runtime) => runtime.name) }
}

/** Whoever lacks a permission is told who has it; whoever has all asks nobody. */
export async function membersToName(actor: Actor, scope: Scope): Promise<PersonActor[]> {
  const hasAll = resourcesOf(scope).every((resource) => can(actor, 'deploy.request', resource) && can(actor, 'deploy.accept', resource))
  return hasAll ? [] : listMembers(scope.organization.id, { roles: policy['deploy.request'].roles })
}

function createGate(actor: Actor, scope: Scope, members: readonly PersonActor[]): ServiceList['gates']['create'] {
  const resources = resourcesOf(scope)
  const refusals = resources.map((resource) => lacks(actor, 'deploy.request', resource))
  if (refusals.some((reason) => !reason)) return gateOf(undefined)
  return gateOf(refusals[0], members, {
    ...scopeWhere(scope),
    applicationId: scope.application?.id ?? null,
  })
}
