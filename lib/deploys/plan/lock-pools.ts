import type { Tx } from '@/lib/db/client'

/**
 * Whoever chooses machines or ports holds the pool, so that fifty requests at once never promise the same room twice; where
 * services keep apart, the pools of both, so that none of them misses what the other is just being promised. The lock lets new
 * placements refer to the pool: who makes one has done so before it comes here, and two of them would wait for each other.
 */
export async function lockPools(tx: Tx, stageId: string): Promise<void> {
  await tx.$queryRaw`
    select 1 from "Runtime" where id in (
      select "runtimeId" from "Placement" where "stageId" = ${stageId}
      union
      select q."runtimeId" from "Stage" t join "Service" n on n.id = t."serviceId"
      join "Service" v on v."organizationId" = n."organizationId" and v."applicationId" = n."applicationId" and v.id <> n.id and v."removedAt" is null
      join "Stage" s on s."serviceId" = v.id and s.environment = t.environment join "Placement" q on q."stageId" = s.id
      join "Placement" p on p.rules <> '{}'::jsonb and (
        p."stageId" = t.id and p.rules -> 'apart' @> jsonb_build_array(jsonb_build_object('service', v.name))
        or p.id = q.id and q.rules -> 'apart' @> jsonb_build_array(jsonb_build_object('service', n.name)))
      where t.id = ${stageId}
    ) order by id for no key update`
  // What is counted wherever it runs is counted by one after the other, too.
  await tx.$queryRaw`
    select 1 from "Quota" q join "Service" v on q."subjectId" in (v."organizationId", v."applicationId") join "Stage" s on s."serviceId" = v.id
    where s.id = ${stageId} order by q."subjectId" for no key update of q`
}
