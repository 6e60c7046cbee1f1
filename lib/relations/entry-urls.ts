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
      const entry = await entryOf(consumerStageId)
      const unit = stages.get(consumerStageId)?.units.find((one) => one.isServing && !one.isLeaving)
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

async function entryOf(stageId: string) {
  const stage = await db.stage.findUniqueOrThrow({
    where: { id: stageId },
    include: {
      service: { select: { component: true } },
      releases: { orderBy: { number: 'desc' }, take: 1, include: { packageVersion: true } },
    },
  })
  const [release] = stage.releases
  if (!release) return undefined
  const manifest = PackageManifest.parse(release.packageVersion.manifest)
  const entry = manifest.components.find((one) => one.name === stage.service.component)?.entry
  return entry
    ? { ...entry, values: { ...(release.values as object), ...(release.overlay as object) } as Record<string, unknown> }
    : undefined
}
