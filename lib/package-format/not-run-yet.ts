import { hooksNotRunYet, type PackageManifest } from '@/lib/protocol/package-manifest'

/** What of a manifest is taken and run by nothing yet, by name: whoever relies on it should know before. */
export function notRunYet({ components }: PackageManifest): string[] {
  const hooks = hooksNotRunYet.filter((name) => components.some((component) => component.hooks[name] !== undefined))
  const hasActions = components.some((component) => Object.keys(component.actions).length > 0)
  return [...hooks, ...(hasActions ? ['actions'] : [])]
}
