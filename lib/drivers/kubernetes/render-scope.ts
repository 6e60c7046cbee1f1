import { type ReleaseFacts, RenderError, type ServiceFacts } from '@/lib/drivers/driver'
import { renderText } from '@/lib/drivers/machine/render-text'
import type { PackageComponent } from '@/lib/protocol/package-manifest'

/** What texts of a container may speak of: the same words as on machines. */
export interface Scope {
  readonly config: Readonly<Record<string, unknown>>
  readonly ports: Readonly<Record<string, number>>
  readonly address: string
  readonly unit: object
  readonly service: object
  readonly release: object
}

export function scopeOf(service: ServiceFacts, release: ReleaseFacts, component: PackageComponent): Scope {
  const scope: Scope = {
    config: release.values,
    ports: {},
    // In a container one listens to whoever comes.
    address: '0.0.0.0',
    unit: { name: service.name, ordinal: 0, machine: '' },
    service: { name: service.name, application: service.applicationSlug, organization: service.organizationSlug },
    release: { number: release.number, version: release.package.version },
  }
  const ports = component.ports.map((port) => [port.name, port.value ? portIn(port.name, port.value, scope) : port.default] as const)
  return { ...scope, ports: Object.fromEntries(ports) }
}

function portIn(name: string, value: string, scope: Scope): number {
  const port = amountIn(`ports.${name}`, value, scope)
  if (port < 1 || port > 65_535) throw new RenderError(`ports.${name}`, `${port} is not a port.`)
  return port
}

/** A number, or what a template comes to. */
export function amountIn(where: string, amount: number | string, scope: object): number {
  if (typeof amount === 'number') return amount
  const text = renderText(where, amount, scope).trim()
  if (!/^\d{1,9}$/.test(text)) throw new RenderError(where, `“${text}” is not a whole number.`)
  return Number(text)
}

export function wordIn(where: string, source: string, scope: object): string {
  const text = renderText(where, source, scope)
  if (text === '') throw new RenderError(where, 'It became empty.')
  if (text.includes('\0')) throw new RenderError(where, 'It cannot hold a zero byte.')
  return text
}

export const wordsIn = (where: string, sources: readonly string[], scope: object): string[] =>
  sources.map((source, at) => wordIn(`${where}.${at}`, source, scope))
