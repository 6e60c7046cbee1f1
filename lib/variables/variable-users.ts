import type { Tx } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { live } from '@/lib/deploys/deploy-lifecycle'

export interface VariablePlace {
  readonly applicationId: string
  readonly environment: Environment
}

export interface UsingStage {
  readonly stageId: string
  readonly serviceId: string
  readonly name: string
  /** Those of the names asked for that a release which counts takes: in force, placed, run by a unit, or on its way. */
  readonly variables: ReadonlySet<string>
}

/**
 * Stages of an application in one environment that take one of these variables now or will. It begins at the releases that name
 * them, so that an application of thousands of services is not read for one variable.
 */
export async function variableUsers(
  tx: Pick<Tx, '$queryRaw'>,
  { applicationId, environment }: VariablePlace,
  names: readonly string[],
): Promise<UsingStage[]> {
  if (names.length === 0) return []
  const rows = await tx.$queryRaw<{ stageId: string; serviceId: string; name: string; taken: string[] }[]>`
    select t.id as "stageId", s.id as "serviceId", s.name, array_agg(distinct v.name) as taken
    from "Service" s join "Stage" t on t."serviceId" = s.id join "Release" r on r."stageId" = t.id
    cross join lateral jsonb_array_elements_text(r.variables) as v(name)
    where s."applicationId" = ${applicationId} and s."removedAt" is null and t.environment = ${environment}::"Environment"
      and v.name = any(${[...names]}::text[])
      and (r.id = t."releaseId"
        or exists (select 1 from "Placement" p where p."stageId" = t.id and r.id in (p."releaseId", p."wantedReleaseId"))
        or exists (select 1 from "Unit" u where u."stageId" = t.id and u."removedAt" is null and r.id in (u."releaseId", u."wantedReleaseId"))
        or exists (select 1 from "DeployRecord" d where d."stageId" = t.id and d.state = any(${[...live]}::"DeployState"[]) and d."toReleaseId" = r.id))
    group by t.id, s.id order by s.name`
  return rows.map(({ taken, ...row }) => ({ ...row, variables: new Set(taken) }))
}

/** Holds all stages that could take a variable of this place, in id order, so that no request slips in between. */
export async function lockUsers(tx: Tx, { applicationId, environment }: VariablePlace): Promise<void> {
  await tx.$queryRaw`
    select 1 from "Stage" t where t.environment = ${environment}::"Environment"
      and t."serviceId" in (select id from "Service" where "applicationId" = ${applicationId} and "removedAt" is null)
    order by t.id for update`
}
