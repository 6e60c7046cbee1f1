import { z } from 'zod'
import type { Tx } from '@/lib/db/client'
import type { Release } from '@/lib/db/generated/client'
import type { Environment } from '@/lib/db/generated/enums'
import type { ReleaseFacts } from '@/lib/drivers/driver'
import { secretPlaceholder } from '@/lib/protocol/desired'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { loadVariableEnv } from '@/lib/variables/variable-env'

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
    include: {
      packageVersion: { include: { package: true } },
      stage: { select: { environment: true, service: { select: { applicationId: true } } } },
    },
  })
  const values = new Map(rows.map((row) => [row.id, { ...(row.values as object), ...(row.overlay as object) } as Record<string, unknown>]))
  const secretVersions = await versionsOf(
    tx,
    [...values.values()].flatMap((value) => Object.values(value)),
  )
  const releases = new Map<string, ReleaseFacts>()
  for (const row of rows) {
    const env = await envOf(tx, row, secretVersions)
    const version = row.packageVersion
    releases.set(row.id, {
      id: row.id,
      number: row.number,
      package: { name: version.package.name, version: version.version, digest: version.digest, sizeBytes: version.sizeBytes },
      manifest: PackageManifest.parse(version.manifest),
      templates: version.templates as Record<string, string>,
      values: withPlaceholders(values.get(row.id) ?? {}, secretVersions),
      env,
    })
  }
  return { releases, secretVersions }
}

type Row = Pick<Release, 'variables'> & {
  readonly stage: { readonly environment: Environment; readonly service: { applicationId: string } }
}

/** A variable that is gone since stays visible as null: rendering says so. Versions of secret ones join the others. */
async function envOf(tx: Tx, { variables, stage }: Row, secretVersions: Record<string, number>): Promise<ReleaseFacts['env']> {
  const names = z.array(z.string()).parse(variables)
  const place = { applicationId: stage.service.applicationId, environment: stage.environment }
  const { texts, secrets } = await loadVariableEnv(tx, place, names)
  for (const [secretId, version] of secrets.values()) secretVersions[secretId] = version
  return Object.fromEntries(names.map((name) => [name, texts.get(name) ?? null]))
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
