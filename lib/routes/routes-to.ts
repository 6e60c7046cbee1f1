import type { Tx } from '@/lib/db/client'

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
  const found = await tx.$queryRaw<{ stageId: string; service: string }[]>`
    select t.id as "stageId", s.name as service from "Service" s join "Stage" t on t."serviceId" = s.id join "Release" r on r.id = t."releaseId"
    where s."applicationId" = ${applicationId} and s."isRoute" and s."removedAt" is null
      and t.environment = ${target.environment}::"Environment" and t.id <> all(${[...gone]}::text[])
      and r.values -> 'rules' @> ${JSON.stringify([{ service: name }])}::jsonb
    order by s.name`
  return found.map((one) => ({ ...one, applicationId, requirement: 'route' }))
}
