import { RenderError } from '@/lib/drivers/driver'
import type { UnitContent } from '@/lib/protocol/desired'
import { contentProcessOf, type PackageComponent } from '@/lib/protocol/package-manifest'
import { renderText } from './render-text'

interface Scope {
  readonly config: Readonly<Record<string, unknown>>
}

const oneValue = /^\{\{-?\s*config\.([A-Za-z][A-Za-z0-9_-]*)\s*-?\}\}$/

/** Null where the text is nothing but a value that nobody gave. */
function render(where: string, text: string, scope: Scope): string | null {
  const key = oneValue.exec(text)?.[1]
  if (key !== undefined && (scope.config[key] ?? null) === null) return null
  const rendered = renderText(where, text, scope)
  if (rendered.includes('\0')) throw new RenderError(where, 'A variable or argument cannot hold a zero byte.')
  return rendered
}

/** The package's own environment variables; an optional value that was not given leaves its variable out. */
export function envOf(component: PackageComponent, scope: Scope): Record<string, string> {
  return Object.fromEntries(
    Object.entries(component.env).flatMap(([name, text]) => {
      const rendered = render(`env.${name}`, text, scope)
      return rendered === null ? [] : [[name, rendered]]
    }),
  )
}

export function processOf(component: PackageComponent, scope: Scope): UnitContent['process'] {
  const process = contentProcessOf(component)
  if (!process) return null
  const words = component.process?.arguments.flatMap((text, at) => {
    const rendered = render(`arguments.${at}`, text, scope)
    if (rendered === '') throw new RenderError(`arguments.${at}`, 'An argument became empty.')
    return rendered ?? []
  })
  return { ...process, command: [...process.command, ...(words ?? [])] }
}
