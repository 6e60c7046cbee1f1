import type { Tx } from '@/lib/db/client'
import { json } from '@/lib/db/json'
import { digestOf } from '@/lib/protocol/canonical'

const name = 'tengen-route'

/** Versions of routes are releases, and a release is of a package: of this one, which the driver knows by itself and no catalogue shows. */
const manifest = {
  tengen: 1,
  name,
  version: '1.0.0',
  title: 'Route',
  runtimes: ['kubernetes'],
  config: { type: 'object' },
  components: [{ name: 'main', manifests: ['ingress.yaml'] }],
}

export async function ensureRoutePackage(tx: Tx): Promise<{ packageId: string; packageVersionId: string }> {
  const { version } = manifest
  const known = await tx.packageVersion.findFirst({ where: { version, package: { name, organizationId: null, isHidden: true } } })
  if (known) return { packageId: known.packageId, packageVersionId: known.id }
  // Fixed ids: whoever comes at the same time makes the same rows.
  const [packageId, packageVersionId] = [name, `${name}-${version}`]
  await tx.package.createMany({ data: [{ id: packageId, name, title: manifest.title, isHidden: true }], skipDuplicates: true })
  const data = {
    ...{ id: packageVersionId, packageId, version, state: 'active' as const, digest: digestOf(manifest), sizeBytes: 0 },
    ...{ manifest: json(manifest), origin: 'product' },
  }
  await tx.packageVersion.createMany({ data: [data], skipDuplicates: true })
  return { packageId, packageVersionId }
}
