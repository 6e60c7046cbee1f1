import { z } from 'zod'
import type { PersonActor } from '@/lib/auth/actor'
import { gateOf, lacks } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import { Where } from '@/lib/db/where'
import { deployRows } from '@/lib/deploys/deploy-rows'
import { PlanSummarySchema } from '@/lib/deploys/plan-views'
import { splitWaiting } from '@/lib/deploys/split-waiting'
import { iso } from '@/lib/iso-time'
import { countMachines, sumOf } from '@/lib/machines/count-machines'
import { findScope, resourcesOf, type Scope, scopeWhere, within } from './find-scope'
import { overviewLook } from './overview-look'
import { overviewMap } from './overview-map'
import type { OverviewView } from './views'

export const OverviewAskSchema = z.object({ organization: z.string(), application: z.string().optional() })

const shown = 6

/** The first page: what waits for the reader, what is under way, where everything runs, and what needs a look. */
export async function getOverview(actor: PersonActor, ask: z.infer<typeof OverviewAskSchema>): Promise<OverviewView> {
  const scope = await findScope(actor, ask)
  // Taken first: what is silent as of this moment is unknown to every query below.
  const asOf = iso(clock.now())
  const where = scopeWhere(scope)
  const [waiting, active, latest, runtimes, map, look] = await Promise.all([
    splitWaiting(actor, scope),
    db.deployRecord.findMany({
      where: { ...where, state: { in: ['planning', 'queued', 'running', 'paused', 'cancelling'] } },
      orderBy: { number: 'desc' },
      take: shown,
    }),
    db.deployRecord.findMany({ where: { ...where, endedAt: { not: null }, hiddenAt: null }, orderBy: { number: 'desc' }, take: shown }),
    runtimesOf(scope),
    overviewMap(scope),
    overviewLook(scope),
  ])
  const [inProgress, ended] = [await deployRows(actor, active), await deployRows(actor, latest)]
  return {
    title: scope.application?.name ?? scope.organization.name,
    counts: await countsOf(scope, runtimes),
    waitsForYou: await withEffects(await deployRows(actor, waiting.mine.slice(0, shown))),
    inProgress,
    runtimes: shownOf(runtimes, map),
    map,
    look,
    latest: ended.map((row) => ({ id: row.id, number: row.number, state: row.state, title: row.title, at: row.endedAt ?? row.createdAt })),
    quota: await quotaOf(scope),
    gates: { createService: gateOf(lacks(actor, 'deploy.request', resourcesOf(scope)[0] ?? {})) },
    asOf,
  }
}

const mostRuntimes = 12

/** Of many runtimes those where something of the map runs, then the first of the others. */
function shownOf(runtimes: OverviewView['runtimes'], map: OverviewView['map']): OverviewView['runtimes'] {
  if (runtimes.length <= mostRuntimes) return runtimes
  const used = new Set(map.rows.flatMap((row) => Object.keys(row.cells)))
  const first = [...runtimes.filter((one) => used.has(one.id)), ...runtimes.filter((one) => !used.has(one.id))]
  const kept = new Set(first.slice(0, mostRuntimes))
  return runtimes.filter((one) => kept.has(one))
}

type Waiting = Omit<OverviewView['waitsForYou'][number], 'effects'>

async function withEffects(rows: readonly Waiting[]): Promise<OverviewView['waitsForYou']> {
  const records = await db.deployRecord.findMany({ where: { id: { in: rows.map((row) => row.id) } }, select: { id: true, planId: true } })
  const plans = await db.plan.findMany({
    where: { id: { in: records.flatMap((record) => record.planId ?? []) } },
    select: { recordId: true, summary: true },
  })
  const counts = new Map(plans.map((plan) => [plan.recordId, PlanSummarySchema.parse(plan.summary).counts]))
  return rows.map((row) => {
    const found = counts.get(row.id)
    return { ...row, effects: found ? { create: found.create, change: found.change, restart: found.restart, remove: found.remove } : null }
  })
}

/** Runtimes this organisation may use, with the state of their machines. */
async function runtimesOf({ organization }: Scope): Promise<OverviewView['runtimes']> {
  const rows = await db.runtime.findMany({
    where: { grants: { some: { organizationId: organization.id } } },
    orderBy: [{ environment: 'desc' }, { name: 'asc' }],
  })
  const machinesOf = await countMachines(rows.map((row) => row.id))
  return rows.map(({ id, name, kind, environment }) => {
    const counted = machinesOf(id).filter((one) => one.state !== 'offline')
    const machines = sumOf(counted)
    const faults = sumOf(counted, ({ state }) => state === 'error' || state === 'error_detected')
    const unknownMachines = sumOf(counted, (one) => !one.isKnown)
    const health = machines === 0 ? 'none' : faults > 0 ? 'degraded' : unknownMachines > 0 ? 'unknown' : 'healthy'
    return { id, name, kind, environment, machines, unknownMachines, faults, health }
  })
}

async function countsOf(scope: Scope, runtimes: OverviewView['runtimes']): Promise<OverviewView['counts']> {
  const services = within(new Where(), scope, 's').and('s."removedAt" is null')
  const units = within(new Where(), scope, 's').and('s."removedAt" is null').and('u."removedAt" is null')
  const ofUnits = `"Service" s join "Stage" t on t."serviceId" = s.id join "Unit" u on u."stageId" = t.id`
  return {
    applications: scope.application
      ? null
      : await db.application.count({ where: { organizationId: scope.organization.id, archivedAt: null } }),
    services: await countSome('"Service" s', services),
    units: await countSome(ofUnits, units),
    machines: runtimes.filter((runtime) => runtime.kind === 'pool').reduce((sum, runtime) => sum + runtime.machines, 0),
    clusters: runtimes.filter((runtime) => runtime.kind === 'cluster').length,
  }
}

const countedAtMost = 10_000

/** Bounded: past this nobody reads the number, and no page waits for it. */
async function countSome(from: string, where: Where): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from (select 1 from ${from} where ${where.text} limit ${countedAtMost}) as counted`,
    where.values,
  )
  return rows[0]?.count ?? 0
}

/** What the organisation's units have reserved of what a grant allows; runtimes without a limit are left out. */
async function quotaOf({ organization }: Scope): Promise<OverviewView['quota']> {
  const grants = await db.runtimeGrant.findMany({
    where: { organizationId: organization.id, OR: [{ cpuMillis: { not: null } }, { memoryMib: { not: null } }] },
    include: { runtime: { select: { id: true, name: true } } },
  })
  return Promise.all(
    grants.map(async (grant) => {
      const used = await db.allocation.aggregate({
        where: { to: null, machine: { runtimeId: grant.runtimeId }, unit: { stage: { service: { organizationId: organization.id } } } },
        _sum: { cpuMillis: true, memoryMib: true },
      })
      return {
        name: grant.runtime.name,
        cpuMillis: used._sum.cpuMillis ?? 0,
        cpuLimitMillis: grant.cpuMillis,
        memoryMib: used._sum.memoryMib ?? 0,
        memoryLimitMib: grant.memoryMib,
      }
    }),
  )
}
