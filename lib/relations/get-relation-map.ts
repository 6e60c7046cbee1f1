import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import type { Actor } from '@/lib/auth/actor'
import { gateOf, lacks } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { iso } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { stageHealth } from '@/lib/services/stage-health'
import { EnvironmentSchema } from '@/lib/views'
import { edgeRows, edgeViews } from './edge-views'
import { ExternalEndpointsSchema } from './schema'
import type { RelationMap, RelationNode } from './views'

export const GetRelationMapSchema = z.object({
  organization: z.string(),
  application: z.string(),
  /** Missing = production where something is there, else test. */
  environment: EnvironmentSchema.nullish(),
})

const mostNodes = 300

/** All services of an application in one environment, and what they are to each other. */
export async function getRelationMap(actor: Actor, ask: z.infer<typeof GetRelationMapSchema>): Promise<RelationMap> {
  const scope = await findScope(actor, { organization: ask.organization, application: ask.application })
  const applicationId = scope.application?.id ?? ''
  const present = await db.stage.findMany({
    where: { service: { applicationId, removedAt: null } },
    distinct: ['environment'],
    select: { environment: true },
  })
  const environments = present.map((stage) => stage.environment).sort()
  const environment = ask.environment ?? (environments.includes('production') ? 'production' : 'test')
  const [stages, externals] = await Promise.all([
    db.stage.findMany({
      where: { environment, service: { applicationId, removedAt: null } },
      include: { service: { select: { name: true } }, placements: { include: { runtime: { select: { name: true } } } } },
      orderBy: { service: { name: 'asc' } },
      take: mostNodes,
    }),
    db.externalService.findMany({ where: { applicationId, environment, removedAt: null }, orderBy: { name: 'asc' } }),
  ])
  const resource = { organizationId: scope.organization.id, applicationId }
  const gate = gateOf(lacks(actor, 'deploy.request', resource), await listMembers(scope.organization.id), resource)
  const ids = stages.map((stage) => stage.id)
  const [health, edges] = await Promise.all([stageHealth(ids), edgeRows(ids).then(edgeViews)])
  const nodes = stages.map((stage): RelationNode => {
    const now = health.get(stage.id)
    return {
      id: stage.id,
      kind: 'service',
      name: stage.service.name,
      environment,
      runtimes: [...new Set(stage.placements.map((placement) => placement.runtime.name))],
      health: now?.health ?? 'none',
      running: now?.running ?? 0,
      wanted: now?.wanted ?? 0,
      endpoints: [],
    }
  })
  const outside = externals.map((one): RelationNode => {
    const endpoints = ExternalEndpointsSchema.parse(one.endpoints).map(({ address, port }) => `${address}:${port}`)
    return { id: one.id, kind: 'external', name: one.name, environment, runtimes: [], health: null, running: 0, wanted: 0, endpoints }
  })
  return { environment, environments, nodes: [...nodes, ...outside], edges, gate, asOf: iso(clock.now()) }
}
