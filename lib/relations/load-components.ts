import type { Tx } from '@/lib/db/client'
import { type PackageComponent, PackageManifest } from '@/lib/protocol/package-manifest'

/** Release → component by name, as its package version has it. Versions that many releases share are read once. */
export async function loadComponents(tx: Tx, releaseIds: readonly string[]): Promise<Map<string, ReadonlyMap<string, PackageComponent>>> {
  const releases = await tx.release.findMany({
    where: { id: { in: [...new Set(releaseIds)] } },
    select: { id: true, packageVersionId: true },
  })
  const versions = await tx.packageVersion.findMany({
    where: { id: { in: [...new Set(releases.map((release) => release.packageVersionId))] } },
    select: { id: true, manifest: true },
  })
  const components = new Map(
    versions.map(({ id, manifest }) => [id, new Map(PackageManifest.parse(manifest).components.map((one) => [one.name, one]))]),
  )
  return new Map(releases.map(({ id, packageVersionId }) => [id, components.get(packageVersionId) ?? new Map()]))
}
