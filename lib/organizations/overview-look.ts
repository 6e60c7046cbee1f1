import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import { Where } from '@/lib/db/where'
import { iso, isoOrNull } from '@/lib/iso-time'
import { pace } from '@/lib/pace'
import { paths } from '@/lib/paths'
import { type Scope, within } from './find-scope'
import type { OverviewView } from './views'

type Look = OverviewView['look'][number]
const most = 8

/** What asks for a person's eye: units in error, held or restarting, and machines that fell silent. Worst first. */
export async function overviewLook(scope: Scope): Promise<Look[]> {
  return [...(await unitsToLookAt(scope)), ...(await machinesToLookAt(scope))].slice(0, most)
}

interface UnitRow {
  readonly ordinal: number
  readonly state: string
  readonly held: boolean
  readonly code: string | null
  readonly restarts: number
  readonly stateSince: Date
  readonly name: string
  readonly environment: string
  readonly slug: string
}

/** The condition is written as its partial index has it, so that only units with a trouble are ever read. */
async function unitsToLookAt(scope: Scope): Promise<Look[]> {
  const where = within(new Where(), scope, 's').and('s."removedAt" is null')
  const { rows } = await pool.query<UnitRow>(
    `select u.ordinal, u.state, u.held, u.code, u.restarts, u."stateSince" at time zone 'UTC' as "stateSince", s.name, t.environment, a.slug
     from "Unit" u join "Stage" t on t.id = u."stageId" join "Service" s on s.id = t."serviceId" join "Application" a on a.id = s."applicationId"
     where u."removedAt" is null and (u.state = 'error' or u.held or u.restarts > 0)
       and (u.state = 'error' or u.held or (u.restarts > 2 and u.state <> 'running')) and ${where.text}
     order by u."stateSince" desc limit ${most}`,
    where.values,
  )
  return rows.map(
    (unit): Look => ({
      name: `${unit.name}/${unit.ordinal}`,
      href: paths.service(scope.organization.slug, unit.slug, unit.name, unit.environment),
      code: unit.state === 'error' ? 'unit_error' : unit.held ? 'unit_held' : 'unit_restarting',
      values: { code: unit.code ?? '', count: unit.restarts },
      since: iso(unit.stateSince),
    }),
  )
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
