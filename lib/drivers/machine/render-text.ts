import { RenderError } from '@/lib/drivers/driver'
import { renderText as render } from '@/lib/protocol/render-text'

/** `where` is told with what goes wrong. */
export function renderText(where: string, source: string, scope: object): string {
  try {
    return render(source, scope)
  } catch (error) {
    throw new RenderError(where, error instanceof Error ? error.message : String(error))
  }
}
