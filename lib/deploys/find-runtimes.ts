import type { Tx } from '@/lib/db/client'
import type { Runtime } from '@/lib/db/generated/client'
import { AppError, notFound } from '@/lib/errors'
import type { PackageManifest } from '@/lib/protocol/package-manifest'
import { kindsFor } from '@/lib/services/runtime-choices'

interface Ask {
  readonly organizationId: string
  readonly runtimeId: string
  /** Further clusters of the same environment. */
  readonly alsoIn: readonly string[]
}

/** Where a service shall run: one pool, or clusters of one environment; each granted to the organisation. */
export async function findRuntimes(tx: Tx, { organizationId, runtimeId, alsoIn }: Ask): Promise<[Runtime, ...Runtime[]]> {
  const ids = [...new Set([runtimeId, ...alsoIn])]
  const found = await tx.runtime.findMany({ where: { id: { in: ids }, grants: { some: { organizationId } } } })
  if (found.length < ids.length) throw notFound('This runtime')
  const [first, ...others] = ids.map((id) => found.find((one) => one.id === id) as Runtime) as [Runtime, ...Runtime[]]
  if (others.some((one) => one.kind !== 'cluster' || first.kind !== 'cluster'))
    throw new AppError('invalid', 'Several runtimes at once are clusters only.', { fields: { alsoIn: 'are not all clusters' } })
  if (others.some((one) => one.environment !== first.environment))
    throw new AppError('invalid', `All of them have to be in ${first.environment}.`, { fields: { alsoIn: 'are of another environment' } })
  return [first, ...others]
}

/** A package says where it can run. */
export function insistRunsIn(manifest: PackageManifest, { kind, name }: Pick<Runtime, 'kind' | 'name'>): void {
  if (kindsFor(manifest).includes(kind)) return
  const where = kind === 'cluster' ? 'clusters' : 'machines'
  throw new AppError('invalid', `This package does not run on ${where}, and ${name} has nothing else.`, {
    reason: 'package_runtime',
    fields: { runtimeId: 'is nothing that it runs on' },
  })
}
