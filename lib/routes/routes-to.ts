import type { Tx } from '@/lib/db/client'
import { RouteValuesSchema } from '@/lib/protocol/route'

export interface RouteTo {
  readonly stageId: string
  /** The host. */
  readonly service: string
  readonly applicationId: string
  readonly requirement: string
}

/** Routes whose version in force leads to this stage; those that go with it (`gone`) do not count. */
export async function routesTo(tx: Tx, stageId: string, gone: readonly string[]): Promise<RouteTo[]> {
  const target = await tx.stage.findUnique({ where: { id: stageId }, select: { environment: true, service: true } })
  if (!target || target.service.isRoute) return []
  const { applicationId, name } = target.service
  const stages = await tx.stage.findMany({
    where: {
      environment: target.environment,
      releaseId: { not: null },
      id: { notIn: [...gone] },
      service: { applicationId, isRoute: true, removedAt: null },
    },
    select: { id: true, releaseId: true, service: { select: { name: true } } },
  })
  if (stages.length === 0) return []
  const releases = await tx.release.findMany({
    where: { id: { in: stages.flatMap((stage) => stage.releaseId ?? []) } },
    select: { id: true, values: true },
  })
  const leads = (releaseId: string | null) =>
    RouteValuesSchema.safeParse(releases.find((one) => one.id === releaseId)?.values).data?.rules.some((rule) => rule.service === name)
  return stages
    .filter((stage) => leads(stage.releaseId))
    .map((stage) => ({ stageId: stage.id, service: stage.service.name, applicationId, requirement: 'route' }))
}
