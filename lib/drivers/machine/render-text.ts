import { Liquid } from 'liquidjs'
import { RenderError } from '@/lib/drivers/driver'

// No file system, no code, and a stop for runaway loops: a template is input.
const liquid = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  templates: {},
  parseLimit: 200_000,
  renderLimit: 1_000,
  memoryLimit: 5_000_000,
})

/** `where` is told with what goes wrong. */
export function renderText(where: string, source: string, scope: object): string {
  try {
    return liquid.parseAndRenderSync(source, scope)
  } catch (error) {
    throw new RenderError(where, error instanceof Error ? error.message : String(error))
  }
}
