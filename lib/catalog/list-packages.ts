import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { gateOf, lacks, type No, no } from '@/lib/auth/gate'
import { db } from '@/lib/db/client'
import type { PackageVersion, Prisma } from '@/lib/db/generated/client'
import { canInScope, findScope, resourcesOf, type Scope } from '@/lib/organizations/find-scope'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { newestFirst } from './newest-first'
import type { PackageList, PackageRow } from './views'

export const ListPackagesSchema = z.object({
  organization: z.string(),
  q: z.string().trim().max(100).optional(),
  sort: z.string().max(30).optional(),
})

/** More packages than a person reads; beyond, the search finds them. */
const most = 200

/** Packages shipped with the product and those of this organisation, by name. */
export async function listPackages(actor: Actor, input: z.input<typeof ListPackagesSchema>): Promise<PackageList> {
  const ask = ListPackagesSchema.parse(input)
  const scope = await findScope(actor, ask)
  const rows = await db.package.findMany({
    where: packagesOf(scope, ask.q),
    include: { versions: true },
    orderBy: { name: ask.sort === '-name' ? 'desc' : 'asc' },
    take: most,
  })
  const used = await usesOf(scope)
  const publisher = scope.organization.name
  const items = rows.map((row) =>
    packageRow(actor, scope, { ...row, usedBy: used.get(row.id) ?? 0, publisher: row.organizationId ? publisher : null }),
  )
  return {
    items,
    next: null,
    previous: null,
    total: items.length,
    gates: { publish: gateOf(lacks(actor, 'package.publish', resourcesOf(scope)[0] ?? {})) },
  }
}

export function packagesOf({ organization }: Scope, q?: string): Prisma.PackageWhereInput {
  const text = q ? { contains: q, mode: 'insensitive' as const } : undefined
  return {
    OR: [{ organizationId: null }, { organizationId: organization.id }],
    ...(text ? { AND: { OR: [{ name: text }, { title: text }, { summary: text }] } } : {}),
  }
}

/** How many living services of the organisation use each package. */
export async function usesOf({ organization }: Scope): Promise<Map<string, number>> {
  const counts = await db.service.groupBy({ by: ['packageId'], where: { organizationId: organization.id, removedAt: null }, _count: true })
  return new Map(counts.map((row) => [row.packageId, row._count]))
}

interface Shown {
  readonly id: string
  readonly name: string
  readonly title: string
  readonly summary: string
  readonly versions: readonly PackageVersion[]
  readonly usedBy: number
  readonly publisher: string | null
}

export function packageRow(actor: Actor, scope: Scope, pkg: Shown): PackageRow {
  const versions = newestFirst(pkg.versions)
  const newest = versions.find((version) => version.state === 'active') ?? versions[0]
  const { id, name, title, summary, usedBy, publisher } = pkg
  return {
    id,
    name,
    title,
    summary,
    runtimes: newest ? PackageManifest.parse(newest.manifest).runtimes : [],
    newest: newest?.version ?? null,
    state: newest?.state ?? 'draft',
    publisher,
    usedBy,
    use: gateOf(whyNotUse(actor, scope, newest)),
  }
}

function whyNotUse(actor: Actor, scope: Scope, newest: PackageVersion | undefined): No | undefined {
  if (!canInScope(actor, 'deploy.request', scope)) return lacks(actor, 'deploy.request', resourcesOf(scope)[0] ?? {})
  return newest?.state === 'active' ? undefined : no('package_not_active', 'No version of this package may be installed now.')
}
