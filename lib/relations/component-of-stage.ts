import type { Tx } from '@/lib/db/client'
import { type PackageComponent, PackageManifest } from '@/lib/protocol/package-manifest'

/** What a stage runs or is about to run: the component as its newest release has it. */
export async function componentOfStage(tx: Tx, stageId: string): Promise<PackageComponent | undefined> {
  const stage = await tx.stage.findUniqueOrThrow({
    where: { id: stageId },
    include: {
      service: { select: { component: true } },
      releases: { orderBy: { number: 'desc' }, take: 1, include: { packageVersion: { select: { manifest: true } } } },
    },
  })
  const manifest = stage.releases[0]?.packageVersion.manifest
  return manifest ? PackageManifest.parse(manifest).components.find((one) => one.name === stage.service.component) : undefined
}
