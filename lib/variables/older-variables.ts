import { readBlobTexts } from '@/lib/catalog/blobs'
import { db, pool } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { groupBy } from '@/lib/group-by'
import { UnitContent } from '@/lib/protocol/desired'
import { loadVariableEnv } from './variable-env'

/** More units than these tell nothing new: they were deployed together. */
const mostUnits = 50

interface Ask {
  readonly applicationId: string
  readonly environment: Environment
  readonly stageIds: readonly string[]
}

/** Stage → names of the variables of which some of its units run another version than the one in force. */
export async function olderVariables({ applicationId, environment, stageIds }: Ask): Promise<Map<string, string[]>> {
  const envs = await environmentsOf(stageIds)
  const names = [...new Set([...envs.values()].flatMap((list) => list.flatMap((env) => Object.keys(env))))].sort()
  const { texts } = await loadVariableEnv(db, { applicationId, environment }, names)
  const isOlder = (stageId: string) => (name: string) =>
    (envs.get(stageId) ?? []).some((env) => env[name] !== undefined && env[name] !== texts.get(name))
  return new Map(stageIds.map((stageId) => [stageId, names.filter(isOlder(stageId))]))
}

/** What their units were given, as their contents say it: secrets by the version, never by value. */
async function environmentsOf(stageIds: readonly string[]): Promise<Map<string, Record<string, string>[]>> {
  const { rows } = await pool.query<{ stageId: string; digest: string }>(
    `select distinct u."stageId", u."contentDigest" as digest from unnest($1::text[]) as asked(id)
     cross join lateral (select * from "Unit" x where x."stageId" = asked.id and x."removedAt" is null and x."contentDigest" is not null
       order by x.ordinal limit ${mostUnits}) u`,
    [stageIds],
  )
  const contents = await readBlobTexts(
    db,
    rows.map((row) => row.digest),
  )
  const envs = new Map([...contents].map(([digest, text]) => [digest, UnitContent.parse(JSON.parse(text)).env]))
  const found = rows.flatMap(({ stageId, digest }) => {
    const env = envs.get(digest)
    return env ? [{ stageId, env }] : []
  })
  return new Map([...groupBy(found, (one) => one.stageId)].map(([stageId, list]) => [stageId, list.map((one) => one.env)]))
}
