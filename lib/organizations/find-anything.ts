import { z } from 'zod'
import type { PersonActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { literally } from '@/lib/db/where'
import { deployRows } from '@/lib/deploys/deploy-rows'
import { paths } from '@/lib/paths'
import { findScope, type Scope, scopeWhere } from './find-scope'
import type { Found } from './views'

export const FindAnythingSchema = z.object({ organization: z.string(), q: z.string().trim().max(100).default('') })

const most = 6

/** What the palette finds by a few letters: services, deploys by number, packages, applications, and machines for operators. */
export async function findAnything(actor: PersonActor, ask: z.infer<typeof FindAnythingSchema>): Promise<Found[]> {
  const scope = await findScope(actor, ask)
  const { q } = ask
  if (!q) return []
  const parts = await Promise.all([
    services(scope, q),
    deploys(actor, scope, q),
    packages(scope, q),
    applications(scope, q),
    machines(actor, q),
  ])
  return parts.flat()
}

const contains = (q: string) => ({ contains: literally(q), mode: 'insensitive' as const })
const found = (kind: Found['kind'], row: Omit<Found, 'kind' | 'acts'>): Found => ({ kind, acts: [], ...row })

async function services(scope: Scope, q: string): Promise<Found[]> {
  const rows = await db.service.findMany({
    where: { ...scopeWhere(scope), removedAt: null, name: contains(q) },
    orderBy: { name: 'asc' },
    take: most,
  })
  const slugs = await db.application.findMany({
    where: { id: { in: rows.map((row) => row.applicationId) } },
    select: { id: true, slug: true },
  })
  const slugOf = new Map(slugs.map((row) => [row.id, row.slug]))
  return rows.map((row) => {
    const app = slugOf.get(row.applicationId) ?? ''
    return found('service', {
      id: row.id,
      name: row.name,
      detail: app,
      href: paths.service(scope.organization.slug, app, row.name),
      state: null,
    })
  })
}

async function deploys(actor: PersonActor, scope: Scope, q: string): Promise<Found[]> {
  const number = Number(q.replace(/^#/, ''))
  const isNumber = Number.isSafeInteger(number) && number > 0 && number < 2 ** 31
  const rows = await db.deployRecord.findMany({
    where: { ...scopeWhere(scope), ...(isNumber ? { number } : { serviceName: contains(q) }) },
    orderBy: { number: 'desc' },
    take: most,
  })
  return (await deployRows(actor, rows)).map((row) =>
    found('deploy', {
      id: row.id,
      name: `#${row.number} ${row.title.kind} ${row.title.serviceName}`,
      detail: row.applicationSlug,
      href: paths.deploy(scope.organization.slug, row.number),
      state: row.state,
    }),
  )
}

async function packages({ organization }: Scope, q: string): Promise<Found[]> {
  const rows = await db.package.findMany({
    where: {
      OR: [{ organizationId: null }, { organizationId: organization.id }],
      AND: { OR: [{ name: contains(q) }, { title: contains(q) }] },
    },
    orderBy: { name: 'asc' },
    take: most,
  })
  return rows.map((row) =>
    found('package', { id: row.id, name: row.name, detail: row.title, href: paths.package(organization.slug, row.name), state: null }),
  )
}

async function applications(scope: Scope, q: string): Promise<Found[]> {
  const rows = await db.application.findMany({
    where: {
      organizationId: scope.organization.id,
      ...(scope.applicationIds ? { id: { in: [...scope.applicationIds] } } : {}),
      name: contains(q),
    },
    take: most,
  })
  return rows.map((row) =>
    found('application', {
      id: row.id,
      name: row.name,
      detail: row.slug,
      href: paths.application(scope.organization.slug, row.slug),
      state: null,
    }),
  )
}

async function machines(actor: PersonActor, q: string): Promise<Found[]> {
  if (!actor.isOperator) return []
  const rows = await db.machine.findMany({
    where: { name: contains(q), removedAt: null },
    include: { runtime: true },
    orderBy: { name: 'asc' },
    take: most,
  })
  return rows.map((row) =>
    found('machine', { id: row.id, name: row.name, detail: row.runtime.name, href: paths.machine(row.name), state: row.state }),
  )
}
