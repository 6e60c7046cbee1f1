import { Liquid } from 'liquidjs'
import type { PackageComponent, PackageManifest } from '@/lib/protocol/package-manifest'
import { isObject } from './config-schema'

const liquid = new Liquid({ parseLimit: 100_000 })

/** What a template may speak of; everything else would only fail when a plan is made. */
const subjects = ['config', 'ports', 'address', 'unit', 'service', 'release']

/** Why the hub could not render this text of `env` or `arguments`. */
export function whyNotRendered(text: string, manifest: PackageManifest, component: PackageComponent): string | undefined {
  if (text.includes('⟦')) return 'must not hold the sign of a secret'
  try {
    for (const [subject, key] of liquid.globalVariableSegmentsSync(text)) {
      const reason = whyNotKnown(String(subject), key === undefined ? undefined : String(key), manifest, component)
      if (reason) return reason
    }
    return undefined
  } catch (error) {
    return (error instanceof Error ? error.message : 'cannot be read').split('\n')[0]
  }
}

function whyNotKnown(subject: string, key: string | undefined, manifest: PackageManifest, component: PackageComponent): string | undefined {
  if (!subjects.includes(subject)) return `${subject} is not known; a template may use ${subjects.join(', ')}`
  const fields = isObject(manifest.config.properties) ? Object.keys(manifest.config.properties) : []
  if (subject === 'config' && key !== undefined && !fields.includes(key)) return `config has no field ${key}`
  if (subject === 'ports' && key !== undefined && !component.ports.some((port) => port.name === key)) return `there is no port ${key}`
  return undefined
}
