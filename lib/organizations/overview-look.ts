import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { iso, isoOrNull } from '@/lib/iso-time'
import { pace } from '@/lib/pace'
import { paths } from '@/lib/paths'
import { type Scope, scopeWhere } from './find-scope'
import type { OverviewView } from './views'

type Look = OverviewView['look'][number]
const most = 8

/** What asks for a person's eye: units in error, held or restarting, and machines that fell silent. Worst first. */
export async function overviewLook(scope: Scope): Promise<Look[]> {
  return [...(await unitsToLookAt(scope)), ...(await machinesToLookAt(scope))].slice(0, most)
}

async function unitsToLookAt(scope: Scope): Promise<Look[]> {
  const units = await db.unit.findMany({
    where: {
      removedAt: null,
      stage: { service: { ...scopeWhere(scope), removedAt: null } },
      OR: [{ state: 'error' }, { held: true }, { restarts: { gt: 2 }, state: { not: 'running' } }],
    },
    include: { stage: { include: { service: true } } },
    orderBy: { stateSince: 'desc' },
    take: most,
  })
  const applications = await db.application.findMany({
    where: { id: { in: units.map((unit) => unit.stage.service.applicationId) } },
    select: { id: true, slug: true },
  })
  const slugOf = new Map(applications.map((application) => [application.id, application.slug]))
  return units.map((unit): Look => {
    const { service, environment } = unit.stage
    return {
      name: `${service.name}/${unit.ordinal}`,
      href: paths.service(scope.organization.slug, slugOf.get(service.applicationId) ?? '', service.name, environment),
      code: unit.state === 'error' ? 'unit_error' : unit.held ? 'unit_held' : 'unit_restarting',
      values: { code: unit.code ?? '', exitCode: unit.exitCode ?? '', restarts: unit.restarts },
      since: iso(unit.stateSince),
    }
  })
}

async function machinesToLookAt({ organization }: Scope): Promise<Look[]> {
  const silentSince = new Date(clock.nowMs() - pace('unknownAfter'))
  const machines = await db.machine.findMany({
    where: {
      runtime: { grants: { some: { organizationId: organization.id } } },
      OR: [{ heardAt: { lt: silentSince }, state: { not: 'offline' } }, { state: { in: ['error', 'error_detected'] } }],
    },
    include: {
      _count: { select: { allocations: { where: { to: null, unit: { stage: { service: { organizationId: organization.id } } } } } } },
    },
    orderBy: { name: 'asc' },
    take: most,
  })
  return machines.map((machine): Look => {
    const isFault = machine.state === 'error' || machine.state === 'error_detected'
    return {
      name: machine.name,
      href: null,
      code: isFault ? 'machine_fault' : 'machine_unknown',
      values: { units: machine._count.allocations },
      since: isoOrNull(isFault ? machine.stateSince : machine.heardAt),
    }
  })
}
