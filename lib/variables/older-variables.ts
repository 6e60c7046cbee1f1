import { readBlobTexts } from '@/lib/catalog/blobs'
import { db } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
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
  const found = new Map<string, string[]>()
  for (const stageId of stageIds) {
    const envs = await environmentsOf(stageId)
    const names = [...new Set(envs.flatMap((env) => Object.keys(env)))].sort()
    const { texts } = await loadVariableEnv(db, { applicationId, environment }, names)
    found.set(
      stageId,
      names.filter((name) => envs.some((env) => env[name] !== undefined && env[name] !== texts.get(name))),
    )
  }
  return found
}

/** What its units were given, as their contents say it: secrets by the version, never by value. */
async function environmentsOf(stageId: string): Promise<Record<string, string>[]> {
  const units = await db.unit.findMany({
    where: { stageId, removedAt: null, contentDigest: { not: null } },
    select: { contentDigest: true },
    orderBy: { ordinal: 'asc' },
    take: mostUnits,
  })
  const contents = await readBlobTexts(
    db,
    units.flatMap((unit) => unit.contentDigest ?? []),
  )
  return [...contents.values()].map((text) => UnitContent.parse(JSON.parse(text)).env)
}
