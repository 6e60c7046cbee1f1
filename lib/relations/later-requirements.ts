import { newestFirst } from '@/lib/catalog/newest-first'
import type { Tx } from '@/lib/db/client'
import { type PackageComponent, PackageManifest } from '@/lib/protocol/package-manifest'

type Requirement = PackageComponent['requires'][number]

export interface LaterRequirement {
  readonly requirement: Requirement
  /** The newest version that has it. */
  readonly since: string
}

/** What other versions of a stage's package require and the one in force does not: chosen before the upgrade that needs it. */
export async function laterRequirements(tx: Tx, stageId: string, inForce: PackageComponent | undefined): Promise<LaterRequirement[]> {
  const { service } = await tx.stage.findUniqueOrThrow({
    where: { id: stageId },
    select: { service: { select: { packageId: true, component: true } } },
  })
  const versions = await tx.packageVersion.findMany({
    where: { packageId: service.packageId, state: 'active' },
    select: { version: true, manifest: true },
  })
  const known = new Set((inForce?.requires ?? []).map((one) => one.name))
  const later: LaterRequirement[] = []
  for (const { version, manifest } of newestFirst(versions)) {
    const component = PackageManifest.parse(manifest).components.find((one) => one.name === service.component)
    for (const requirement of component?.requires ?? []) {
      if (known.has(requirement.name)) continue
      known.add(requirement.name)
      later.push({ requirement, since: version })
    }
  }
  return later
}
