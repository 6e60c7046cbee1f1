import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import type { Actor } from '@/lib/auth/actor'
import { gateOf } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Prisma } from '@/lib/db/generated/client'
import { literally } from '@/lib/db/where'
import { iso } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { stageHealth } from '@/lib/services/stage-health'
import { type Environment, EnvironmentSchema } from '@/lib/views'
import { edgeRows, edgeViews } from './edge-views'
import { whyNotRelate } from './relation-gate'
import { ExternalEndpointsSchema } from './schema'
import type { RelationEdge, RelationMap, RelationNode } from './views'

export const GetRelationMapSchema = z.object({
  organization: z.string(),
  application: z.string(),
  /** Missing = production where something is there, else test. */
  environment: EnvironmentSchema.nullish(),
  /** Part of a name: of services and of what is outside. */
  q: z.string().trim().max(100).optional(),
})

/** A picture of more says nothing; the others are found by name. */
const mostNodes = 100

type StageRow = Prisma.StageGetPayload<{ include: typeof shown }>

const shown = {
  service: { select: { name: true, applicationId: true } },
  placements: { include: { runtime: { select: { name: true } } } },
} as const

/** All services of an application in one environment, and what they and those of others are to each other. */
export async function getRelationMap(actor: Actor, ask: z.infer<typeof GetRelationMapSchema>): Promise<RelationMap> {
  const scope = await findScope(actor, { organization: ask.organization, application: ask.application })
  const applicationId = scope.application?.id ?? ''
  const present = await db.stage.groupBy({
    by: ['environment'],
    where: { service: { applicationId, removedAt: null, isRoute: false } },
  })
  const environments = present.map((stage) => stage.environment).sort()
  const environment = ask.environment ?? (environments.includes('production') ? 'production' : 'test')
  const name = ask.q ? { name: { contains: literally(ask.q.toLowerCase()) } } : {}
  const ofStages = { environment, service: { applicationId, removedAt: null, isRoute: false, ...name } }
  const ofExternals = { applicationId, environment, removedAt: null, ...name }
  const [own, externals, stages, outsiders] = await Promise.all([
    firstByName(ofStages.service, environment),
    db.externalService.findMany({ where: ofExternals, orderBy: { name: 'asc' }, take: mostNodes }),
    db.stage.count({ where: ofStages }),
    db.externalService.count({ where: ofExternals }),
  ])
  const resource = { organizationId: scope.organization.id, applicationId }
  const gate = gateOf(whyNotRelate(actor, environment, resource), await listMembers(scope.organization.id), resource)
  const ids = own.map((stage) => stage.id)
  const { rows, left: edgesLeft } = await edgeRows(ids)
  const edges = await edgeViews(rows)
  const nodes = await stageNodes([...own, ...(await foreign(edges, ids))], edges)
  const outside = externals.map((one): RelationNode => {
    const endpoints = ExternalEndpointsSchema.parse(one.endpoints).map(({ address, port }) => `${address}:${port}`)
    const place = { application: null, environment, runtimes: [] }
    return { id: one.id, kind: 'external', name: one.name, ...place, health: null, running: 0, wanted: 0, endpoints }
  })
  const left = stages - own.length + outsiders - externals.length
  return { environment, environments, nodes: [...nodes, ...outside], edges, left, edgesLeft, gate, asOf: iso(clock.now()) }
}

/** Services are chosen by name first: ordered by it, every stage would be read before the limit. */
async function firstByName(where: Prisma.ServiceWhereInput, environment: Environment): Promise<StageRow[]> {
  const chosen = await db.service.findMany({
    where: { ...where, stages: { some: { environment } } },
    select: { id: true },
    orderBy: { name: 'asc' },
    take: mostNodes,
  })
  return db.stage.findMany({
    relationLoadStrategy: 'query',
    where: { environment, serviceId: { in: chosen.map((service) => service.id) } },
    include: shown,
    orderBy: { service: { name: 'asc' } },
  })
}

/** The other ends of edges that leave the application. */
function foreign(edges: readonly RelationEdge[], own: readonly string[]): Promise<StageRow[]> {
  const ends = edges.flatMap(({ consumer, provider }) => [consumer, provider]).filter((end) => end.kind === 'service')
  const ids = [...new Set(ends.map((end) => end.id))].filter((id) => !own.includes(id))
  return db.stage.findMany({ where: { id: { in: ids } }, include: shown, orderBy: { service: { name: 'asc' } } })
}

async function stageNodes(stages: readonly StageRow[], edges: readonly RelationEdge[]): Promise<RelationNode[]> {
  const health = await stageHealth(stages.map((stage) => stage.id))
  const homes = new Map(edges.flatMap(({ consumer, provider }) => [consumer, provider]).map((end) => [end.id, end.application]))
  return stages.map((stage): RelationNode => {
    const now = health.get(stage.id)
    return {
      id: stage.id,
      kind: 'service',
      name: stage.service.name,
      application: homes.get(stage.id) ?? null,
      environment: stage.environment,
      runtimes: [...new Set(stage.placements.map((placement) => placement.runtime.name))],
      health: now?.health ?? 'none',
      running: now?.running ?? 0,
      wanted: now?.wanted ?? 0,
      endpoints: [],
    }
  })
}
