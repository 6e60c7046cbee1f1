import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import type { Actor, PersonActor } from '@/lib/auth/actor'
import { gateOf, lacks, type No, no } from '@/lib/auth/gate'
import { whyNoHelm } from '@/lib/charts/hub-helm'
import { db, pool } from '@/lib/db/client'
import type { PackageVersion } from '@/lib/db/generated/client'
import { anywhere, Where } from '@/lib/db/where'
import { groupBy } from '@/lib/group-by'
import { canInScope, findScope, resourcesOf, type Scope } from '@/lib/organizations/find-scope'
import { orderOf, PageAskSchema, parseAsk, toPage, turnOf } from '@/lib/page'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { newestFirst } from './newest-first'
import { type PackageList, type PackageRow, RuntimeKindSchema } from './views'

export const ListPackagesSchema = PageAskSchema.extend({
  organization: z.string(),
  q: z.string().trim().max(100).optional(),
  runtime: z.array(z.enum(['machine', 'kubernetes', 'helm'])).optional(),
  sort: z.enum(['name', '-name']).default('name'),
})
type Ask = z.output<typeof ListPackagesSchema>

const KeySchema = z.tuple([z.string(), z.string()])

/** Packages shipped with the product and those of this organisation, by name. */
export async function listPackages(actor: Actor, input: z.input<typeof ListPackagesSchema>): Promise<PackageList> {
  const ask = parseAsk(ListPackagesSchema, input)
  const scope = await findScope(actor, ask)
  const [page, runtimes] = await Promise.all([findPage(scope, ask), runtimesOf(scope)])
  const ids = page.rows.map((row) => row.id)
  const [packages, newest, used, people, noHelm] = await Promise.all([
    db.package.findMany({ where: { id: { in: ids } } }),
    newestVersions(ids),
    usesOf(scope, ids),
    peopleFor(actor, scope),
    whyNoHelm(),
  ])
  const items = page.rows.flatMap(({ id }) => {
    const row = packages.find((one) => one.id === id)
    if (!row) return []
    const publisher = row.organizationId ? scope.organization.name : null
    return packageRow(actor, scope, { ...row, newest: newest.get(id), usedBy: used.get(id) ?? 0, publisher, people, noHelm })
  })
  const resource = resourcesOf(scope)[0] ?? {}
  return {
    items,
    next: page.next,
    previous: page.previous,
    total: page.total,
    runtimes,
    gates: { publish: gateOf(lacks(actor, 'package.publish', resource), people, resource) },
  }
}

async function findPage({ organization }: Scope, ask: Ask) {
  const turn = turnOf(ask, KeySchema)
  const { direction, operator, take } = orderOf(turn, ask.sort === '-name')
  const where = new Where().and('p."organizationId" is null or p."organizationId" = ?', organization.id).and('not p."isHidden"')
  if (ask.q) where.and('p.name ilike ? or p.title ilike ? or p.summary ilike ?', anywhere(ask.q), anywhere(ask.q), anywhere(ask.q))
  if (ask.runtime?.length)
    where.and(
      `exists (select 1 from "PackageVersion" v, jsonb_array_elements_text(v.manifest->'runtimes') r where v."packageId" = p.id and r = any(?::text[]))`,
      ask.runtime,
    )
  if (turn.key) where.and(`(p.name, p.id) ${operator} (?::text, ?::text)`, ...turn.key)
  const { rows } = await pool.query<{ id: string; name: string }>(
    `select p.id, p.name from "Package" p where ${where.text} order by p.name ${direction}, p.id ${direction} limit ${take}`,
    where.values,
  )
  return toPage(rows, turn, (row): z.infer<typeof KeySchema> => [row.name, row.id])
}

/** Kinds of runtimes that some package takes; each is looked for until it is found, for manifests are large. */
async function runtimesOf({ organization }: Scope): Promise<PackageList['runtimes']> {
  const { rows } = await pool.query<{ runtime: PackageList['runtimes'][number] }>(
    `select kind as runtime from unnest($2::text[]) as kind where exists (
       select 1 from "PackageVersion" v join "Package" p on p.id = v."packageId"
       where (p."organizationId" is null or p."organizationId" = $1) and not p."isHidden" and v.manifest->'runtimes' ? kind limit 1) order by 1`,
    [organization.id, RuntimeKindSchema.options],
  )
  return rows.map((row) => row.runtime)
}

type Newest = Pick<PackageVersion, 'version' | 'state' | 'manifest'>

/** The newest active version of each, else the newest of all. Manifests are read of those alone: they are large. */
async function newestVersions(packageIds: readonly string[]): Promise<Map<string, Newest>> {
  const versions = await db.packageVersion.findMany({
    where: { packageId: { in: [...packageIds] } },
    select: { id: true, packageId: true, version: true, state: true },
  })
  const newest = [...groupBy(versions, (version) => version.packageId).values()].flatMap((mine) => newestOf(mine) ?? [])
  const rows = await db.packageVersion.findMany({
    where: { id: { in: newest.map((version) => version.id) } },
    select: { packageId: true, version: true, state: true, manifest: true },
  })
  return new Map(rows.map((row) => [row.packageId, row]))
}

/** What stands for a package: its newest active version, else its newest. */
export function newestOf<V extends Pick<PackageVersion, 'version' | 'state'>>(versions: readonly V[]): V | undefined {
  const sorted = newestFirst(versions)
  return sorted.find((version) => version.state === 'active') ?? sorted[0]
}

/** How many living services of the organisation use each of these packages. */
export async function usesOf({ organization }: Scope, packageIds: readonly string[]): Promise<Map<string, number>> {
  const counts = await db.service.groupBy({
    by: ['packageId'],
    where: { packageId: { in: [...packageIds] }, organizationId: organization.id, removedAt: null },
    _count: true,
  })
  return new Map(counts.map((row) => [row.packageId, row._count]))
}

/** Names are needed only where something is refused. */
export const peopleFor = async (actor: Actor, scope: Scope): Promise<PersonActor[]> =>
  canInScope(actor, 'deploy.request', scope) ? [] : listMembers(scope.organization.id)

interface Shown {
  readonly id: string
  readonly name: string
  readonly title: string
  readonly summary: string
  readonly newest: Newest | undefined
  readonly usedBy: number
  readonly publisher: string | null
  readonly people: readonly PersonActor[]
  /** Why charts cannot be rendered here; undefined = they can. */
  readonly noHelm: string | undefined
}

export function packageRow(actor: Actor, scope: Scope, { newest, people, noHelm, ...pkg }: Shown): PackageRow {
  const { id, name, title, summary, usedBy, publisher } = pkg
  const runtimes = newest ? PackageManifest.parse(newest.manifest).runtimes : []
  const isChart = runtimes.includes('helm')
  return {
    id,
    name,
    title,
    summary,
    runtimes,
    newest: newest?.version ?? null,
    state: newest?.state ?? 'draft',
    publisher,
    usedBy,
    use: gateOf(whyNotUse(actor, scope, { newest, noHelm: isChart ? noHelm : undefined }), people, resourcesOf(scope)[0]),
  }
}

function whyNotUse(actor: Actor, scope: Scope, { newest, noHelm }: Pick<Shown, 'newest' | 'noHelm'>): No | undefined {
  if (!canInScope(actor, 'deploy.request', scope)) return lacks(actor, 'deploy.request', resourcesOf(scope)[0] ?? {})
  if (newest?.state === 'active' && noHelm) return no('no_helm', noHelm)
  return newest?.state === 'active' ? undefined : no('no_active_version', 'No version of this package may be installed now.')
}
