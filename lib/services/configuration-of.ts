import { db } from '@/lib/db/client'
import { applyDefaults } from '@/lib/package-format/config-schema'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { secretIdOf, versionsOf } from './load-releases'
import type { ConfigurationView } from './views'

interface Configured {
  readonly values: unknown
  readonly overlay: unknown
  readonly packageVersion: { readonly manifest: unknown }
}

/** What a release is configured with. A secret says that it is set and which version is in force; its value never leaves. */
export async function configurationOf(release: Configured): Promise<ConfigurationView> {
  const schema = PackageManifest.parse(release.packageVersion.manifest).config
  const [values, overlay] = [asRecord(release.values), asRecord(release.overlay)]
  const versions = await versionsOf(db, [...Object.values(values), ...Object.values(overlay)])
  return { schema, values: masked(values, versions), overlay: masked(overlay, versions), defaults: applyDefaults(schema, {}) }
}

const asRecord = (value: unknown): Record<string, unknown> => (value ?? {}) as Record<string, unknown>

const masked = (values: Record<string, unknown>, versions: Record<string, number>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const id = secretIdOf(value)
      return [key, id ? { $secret: 'set', version: versions[id] ?? 0 } : value]
    }),
  )
