import { db } from '@/lib/db/client'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { loadRelatedStages } from './load-related-stages'

/** Where people reach a service: under a host name at each way in that serves it. Nothing while no unit of the way in runs. */
export async function entryUrls(stageId: string): Promise<string[]> {
  const relations = await db.relation.findMany({ where: { providerStageId: stageId, removedAt: null } })
  if (relations.length === 0) return []
  const stages = await loadRelatedStages(db, [stageId, ...relations.map((relation) => relation.consumerStageId)])
  const self = stages.get(stageId)
  const urls = await Promise.all(
    relations.map(async ({ consumerStageId, requirement }) => {
      const unit = stages.get(consumerStageId)?.units.find((one) => one.isServing && !one.isLeaving)
      const entry = unit?.releaseId ? await entryOf(unit.releaseId) : undefined
      const port = unit?.ports[entry?.port ?? '']
      if (!self || !entry || entry.serves !== requirement || port === undefined) return []
      const words: Record<string, string> = { service: self.service, application: self.application }
      const host = entry.host.replace(
        /\{([^}]+)\}/g,
        (_, word: string) => words[word] ?? String(entry.values[word.slice('config.'.length)] ?? ''),
      )
      return [`http://${host}:${port}/`]
    }),
  )
  return urls.flat()
}

/** The way in as the release that runs has it, with that one's values. */
async function entryOf(releaseId: string) {
  const { stage, packageVersion, values, overlay } = await db.release.findUniqueOrThrow({
    where: { id: releaseId },
    include: { packageVersion: true, stage: { select: { service: { select: { component: true } } } } },
  })
  const manifest = PackageManifest.parse(packageVersion.manifest)
  const entry = manifest.components.find((one) => one.name === stage.service.component)?.entry
  return entry ? { ...entry, values: { ...(values as object), ...(overlay as object) } as Record<string, unknown> } : undefined
}
