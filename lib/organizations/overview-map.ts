import { db } from '@/lib/db/client'
import { isoOrNull } from '@/lib/iso-time'
import { paths } from '@/lib/paths'
import { type Scope, scopeWhere } from './find-scope'
import type { MapRow, OverviewView } from './views'

const mostRows = 12
const mostPoints = 12

/** Services by runtimes, a point a unit. The services that changed last come first. */
export async function overviewMap(scope: Scope): Promise<OverviewView['map']> {
  // Chosen first: else their units are read of every service there is, to be thrown away by the limit.
  const chosen = await db.service.findMany({
    where: { ...scopeWhere(scope), removedAt: null, isRoute: false },
    select: { id: true },
    orderBy: { createdAt: 'desc' },
    take: mostRows + 1,
  })
  const services = await db.service.findMany({
    where: { id: { in: chosen.map((service) => service.id) } },
    orderBy: { createdAt: 'desc' },
    include: {
      stages: {
        include: {
          units: {
            where: { removedAt: null },
            orderBy: { ordinal: 'asc' },
            include: {
              placement: { select: { runtimeId: true } },
              allocations: { where: { to: null }, select: { machine: { select: { heardAt: true } } } },
            },
          },
        },
      },
    },
  })
  const total =
    services.length > mostRows
      ? await db.service.count({ where: { ...scopeWhere(scope), removedAt: null, isRoute: false } })
      : services.length
  const applications = await db.application.findMany({ where: { organizationId: scope.organization.id }, select: { id: true, slug: true } })
  const slugOf = new Map(applications.map((application) => [application.id, application.slug]))
  const rows = services.slice(0, mostRows).map((service): MapRow => {
    const cells: MapRow['cells'] = {}
    for (const unit of service.stages.flatMap((stage) => stage.units)) {
      const cell = (cells[unit.placement.runtimeId] ??= { points: [], count: 0 })
      cell.count++
      if (cell.points.length >= mostPoints) continue
      cell.points.push({
        name: `${service.name}/${unit.ordinal}`,
        state: unit.state,
        transition: unit.transition,
        held: unit.held,
        heardAt: isoOrNull(unit.allocations[0]?.machine.heardAt),
      })
    }
    const applicationSlug = slugOf.get(service.applicationId) ?? ''
    return {
      serviceId: service.id,
      name: service.name,
      href: paths.service(scope.organization.slug, applicationSlug, service.name),
      applicationSlug,
      installed: service.stages.some((stage) => stage.releaseId !== null),
      cells,
    }
  })
  return { rows: rows.sort((a, b) => a.name.localeCompare(b.name)), more: Math.max(0, total - mostRows) }
}
