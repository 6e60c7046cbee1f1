import { renderUnit } from '@/lib/drivers/machine/render-unit'
import { applyDefaults } from '@/lib/package-format/config-schema'
import { packEntries } from '@/lib/package-format/pack-folder'
import type { ArchiveEntry } from '@/lib/package-format/read-archive'
import { templatesOf } from '@/lib/package-format/templates-of'
import { validatePackage } from '@/lib/package-format/validate-package'
import { UnitContent } from '@/lib/protocol/desired'
import type { AgentHub } from './agent-hub'

interface Asked {
  readonly values?: Record<string, unknown>
  readonly ports: Record<string, number>
}

/** A package taken in by the test's hub, and the content the machine driver renders of its first component. */
export async function renderedPackage(
  hub: AgentHub,
  entries: readonly ArchiveEntry[],
  { values = {}, ports }: Asked,
): Promise<UnitContent> {
  const { manifest, findings } = validatePackage(entries)
  const component = manifest?.components[0]
  if (!manifest || !component) throw new Error(JSON.stringify(findings))
  const published = hub.publish(await packEntries(entries))
  const { text } = renderUnit(
    { organizationSlug: 'acme', applicationSlug: 'shop', name: 'demo', component: component.name },
    {
      id: 'release-1',
      number: 1,
      package: { name: manifest.name, version: manifest.version, ...published },
      manifest,
      templates: templatesOf(manifest, entries),
      env: {},
      values: applyDefaults(manifest.config, values),
    },
    { name: 'demo/0', ordinal: 0, machineId: 'm', machineName: 'm-1', address: '127.0.0.1', ports },
  )
  return UnitContent.parse(JSON.parse(text))
}
