import type { Tx } from '@/lib/db/client'

/** Whoever chooses machines or ports holds the pool, so that fifty requests at once never promise the same room twice. */
export async function lockPools(tx: Tx, stageId: string): Promise<void> {
  await tx.$queryRaw`
    select 1 from "Runtime" where id in (select "runtimeId" from "Placement" where "stageId" = ${stageId}) order by id for update`
}
