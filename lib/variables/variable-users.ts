import type { Tx } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { live } from '@/lib/deploys/deploy-lifecycle'
import { variablesIn } from '@/lib/services/release-content'

export interface VariablePlace {
  readonly applicationId: string
  readonly environment: Environment
}

export interface UsingStage {
  readonly stageId: string
  readonly serviceId: string
  readonly name: string
  /** Of all its releases that count: in force, placed, run by a unit, or on their way. */
  readonly variables: ReadonlySet<string>
}

/** Stages of an application in one environment, with the variables that they take now or will. */
export async function variableUsers(tx: Tx, { applicationId, environment }: VariablePlace): Promise<UsingStage[]> {
  const stages = await tx.stage.findMany({
    where: { environment, service: { applicationId, removedAt: null } },
    include: {
      service: { select: { id: true, name: true } },
      placements: { select: { releaseId: true, wantedReleaseId: true } },
      units: { where: { removedAt: null }, select: { releaseId: true, wantedReleaseId: true } },
    },
    orderBy: { service: { name: 'asc' } },
  })
  const records = await tx.deployRecord.findMany({
    where: { stageId: { in: stages.map((stage) => stage.id) }, state: { in: [...live] }, toReleaseId: { not: null } },
    select: { stageId: true, toReleaseId: true },
  })
  const releaseIds = new Map(
    stages.map((stage) => {
      const placed = [...stage.placements, ...stage.units].flatMap((row) => [row.releaseId, row.wantedReleaseId])
      const coming = records.filter((record) => record.stageId === stage.id).map((record) => record.toReleaseId)
      return [stage.id, [stage.releaseId, ...placed, ...coming].flatMap((id) => id ?? [])] as const
    }),
  )
  const releases = await tx.release.findMany({
    where: { id: { in: [...new Set([...releaseIds.values()].flat())] } },
    select: { id: true, variables: true },
  })
  const namesOf = new Map(releases.map((release) => [release.id, variablesIn(release.variables)]))
  return stages.map((stage) => ({
    stageId: stage.id,
    serviceId: stage.service.id,
    name: stage.service.name,
    variables: new Set((releaseIds.get(stage.id) ?? []).flatMap((id) => namesOf.get(id) ?? [])),
  }))
}

/** Holds all stages that could take a variable of this place, in id order, so that no request slips in between. */
export async function lockUsers(tx: Tx, { applicationId, environment }: VariablePlace): Promise<void> {
  await tx.$queryRaw`
    select 1 from "Stage" t where t.environment = ${environment}::"Environment"
      and t."serviceId" in (select id from "Service" where "applicationId" = ${applicationId} and "removedAt" is null)
    order by t.id for update`
}
