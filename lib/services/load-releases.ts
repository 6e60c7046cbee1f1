import type { Tx } from '@/lib/db/client'
import type { ReleaseFacts } from '@/lib/drivers/driver'
import { secretPlaceholder } from '@/lib/protocol/desired'
import { PackageManifest } from '@/lib/protocol/package-manifest'

export interface LoadedReleases {
  readonly releases: Map<string, ReleaseFacts>
  /** Secret id → version in force, of the secrets that these releases name. */
  readonly secretVersions: Record<string, number>
}

const secretName = /^secret:([A-Za-z0-9_-]{1,64})$/

/** A value that names a secret. */
export const secretIdOf = (value: unknown): string | undefined => (typeof value === 'string' ? secretName.exec(value)?.[1] : undefined)

/** Releases as plans see them: overlay merged over base, secrets as placeholders of the version in force. */
export async function loadReleases(tx: Tx, ids: readonly string[]): Promise<LoadedReleases> {
  const rows = await tx.release.findMany({
    where: { id: { in: [...new Set(ids)] } },
    include: { packageVersion: { include: { package: true } } },
  })
  const values = new Map(rows.map((row) => [row.id, { ...(row.values as object), ...(row.overlay as object) } as Record<string, unknown>]))
  const secretVersions = await versionsOf(
    tx,
    [...values.values()].flatMap((value) => Object.values(value)),
  )
  const releases = new Map<string, ReleaseFacts>()
  for (const row of rows) {
    const version = row.packageVersion
    releases.set(row.id, {
      id: row.id,
      number: row.number,
      package: { name: version.package.name, version: version.version, digest: version.digest, sizeBytes: version.sizeBytes },
      manifest: PackageManifest.parse(version.manifest),
      templates: version.templates as Record<string, string>,
      values: withPlaceholders(values.get(row.id) ?? {}, secretVersions),
    })
  }
  return { releases, secretVersions }
}

export async function versionsOf(tx: Tx, values: readonly unknown[]): Promise<Record<string, number>> {
  const ids = [...new Set(values.flatMap((value) => secretIdOf(value) ?? []))]
  if (ids.length === 0) return {}
  const secrets = await tx.secret.findMany({ where: { id: { in: ids } }, select: { id: true, version: true } })
  return Object.fromEntries(secrets.map((secret) => [secret.id, secret.version]))
}

export function withPlaceholders(values: Record<string, unknown>, versions: Record<string, number>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const id = secretIdOf(value)
      return [key, id ? secretPlaceholder(id, versions[id] ?? 0) : value]
    }),
  )
}
