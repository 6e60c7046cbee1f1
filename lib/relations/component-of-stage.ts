import type { Tx } from '@/lib/db/client'
import type { PackageComponent } from '@/lib/protocol/package-manifest'
import { loadComponents } from './load-components'
import { releaseOfStage, standing } from './release-of-stage'

/** What a stage runs, or is about to run for the first time: the component as that release has it. */
export async function componentOfStage(tx: Tx, stageId: string): Promise<PackageComponent | undefined> {
  const stage = await tx.stage.findUniqueOrThrow({
    where: { id: stageId },
    select: { ...standing, service: { select: { component: true } } },
  })
  const releaseId = releaseOfStage(stage) ?? ''
  return (await loadComponents(tx, [releaseId])).get(releaseId)?.get(stage.service.component)
}
