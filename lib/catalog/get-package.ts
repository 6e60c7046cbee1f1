import { z } from 'zod'
import { namePeople } from '@/lib/accounts/name-people'
import type { Actor } from '@/lib/auth/actor'
import { whyNoHelm } from '@/lib/charts/hub-helm'
import { db, pool } from '@/lib/db/client'
import { Where } from '@/lib/db/where'
import { notFound } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import { findScope, type Scope, scopeWhere, within } from '@/lib/organizations/find-scope'
import { paths } from '@/lib/paths'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { newestOf, packageRow, peopleFor, usesOf } from './list-packages'
import { newestFirst } from './newest-first'
import type { PackageView } from './views'

export const GetPackageSchema = z.object({
  organization: z.string(),
  name: z.string(),
  /** Which version the page describes; missing = the newest active one. */
  version: z.string().max(100).optional(),
})

/** One package as an organisation sees it: its versions, what the newest asks for and offers, and who uses it. */
export async function getPackage(actor: Actor, ask: z.infer<typeof GetPackageSchema>): Promise<PackageView> {
  const scope = await findScope(actor, ask)
  const found = await db.package.findFirst({
    where: { name: ask.name, isHidden: false, OR: [{ organizationId: null }, { organizationId: scope.organization.id }] },
    // Manifests are large, and one is shown.
    include: { versions: { omit: { templates: true, manifest: true } } },
    // A package of one's own hides the shipped one of the same name.
    orderBy: { organizationId: { sort: 'asc', nulls: 'last' } },
  })
  if (!found) throw notFound('This package')
  const versions = newestFirst(found.versions)
  const newestKnown = newestOf(versions)
  const shownKnown = ask.version ? versions.find((version) => version.version === ask.version) : newestKnown
  if (ask.version && !shownKnown) throw notFound('This package version')
  const read = await db.packageVersion.findMany({ where: { id: { in: [newestKnown, shownKnown].flatMap((one) => one?.id ?? []) } } })
  const [newest, shown] = [newestKnown, shownKnown].map((known) => read.find((version) => version.id === known?.id))
  const nameOf = await namePeople(versions.flatMap((version) => version.createdBy ?? []))
  const [used, uses] = await Promise.all([usesOf(scope, [found.id]), versionUses(scope, found)])
  return {
    ...packageRow(actor, scope, {
      ...found,
      usedBy: used.get(found.id) ?? 0,
      publisher: found.organizationId ? scope.organization.name : null,
      noHelm: await whyNoHelm(),
      newest,
      people: await peopleFor(actor, scope),
    }),
    versions: versions.map((version) => ({
      id: version.id,
      version: version.version,
      state: version.state,
      digest: version.digest,
      sizeBytes: version.sizeBytes,
      origin: version.origin,
      createdBy: version.createdBy ? nameOf(version.createdBy) : null,
      createdAt: iso(version.createdAt),
      usedBy: uses.get(version.id) ?? 0,
    })),
    shown: shown ? { version: shown.version, ...shownOf(shown.manifest) } : null,
    services: await servicesOf(scope, found.id),
  }
}

/** Stages of this organisation that run each version now. */
async function versionUses(scope: Scope, pkg: { id: string }): Promise<Map<string, number>> {
  const where = within(new Where(), scope, 's').and('s."packageId" = ? and s."removedAt" is null', pkg.id)
  const { rows } = await pool.query<{ id: string; count: number }>(
    `select r."packageVersionId" as id, count(distinct r.id)::int as count
     from "Service" s join "Stage" t on t."serviceId" = s.id join "Placement" p on p."stageId" = t.id join "Release" r on r.id = p."releaseId"
     where ${where.text} group by 1`,
    where.values,
  )
  return new Map(rows.map((row) => [row.id, row.count]))
}

function shownOf(raw: unknown): Pick<NonNullable<PackageView['shown']>, 'schema' | 'components'> {
  const manifest = PackageManifest.parse(raw)
  return {
    schema: manifest.config,
    components: manifest.components.map((component) => ({
      name: component.name,
      mode: component.mode,
      lease: component.lease,
      ports: component.ports.map((port) => ({ name: port.name, default: port.default })),
      ...component.resources,
      hooks: Object.entries(component.hooks).flatMap(([name, hook]) => (hook ? [{ name, timeout: hook.timeout }] : [])),
      data: component.data.map(({ name, path, sizeMib, keep }) => ({ name, path, sizeMib, keep })),
      provides: component.provides.map((one) => ({ name: one.name, interface: one.interface })),
      requires: component.requires.map((one) => ({ name: one.name, interface: one.interface, optional: one.optional })),
    })),
  }
}

async function servicesOf(scope: Scope, packageId: string): Promise<PackageView['services']> {
  const services = await db.service.findMany({
    // Joined, every service would be read before the limit.
    relationLoadStrategy: 'query',
    where: { ...scopeWhere(scope), packageId, removedAt: null },
    include: { stages: { select: { releaseId: true } } },
    orderBy: { name: 'asc' },
    take: 50,
  })
  const applications = await db.application.findMany({
    where: { id: { in: services.map((service) => service.applicationId) } },
    select: { id: true, slug: true },
  })
  const releases = await db.release.findMany({
    where: { id: { in: services.flatMap((service) => service.stages.flatMap((stage) => stage.releaseId ?? [])) } },
    select: { id: true, packageVersion: { select: { version: true } } },
  })
  return services.map((service) => ({
    id: service.id,
    name: service.name,
    href: paths.service(scope.organization.slug, applications.find((one) => one.id === service.applicationId)?.slug ?? '', service.name),
    version: releases.find((release) => service.stages.some((stage) => stage.releaseId === release.id))?.packageVersion.version ?? null,
  }))
}
