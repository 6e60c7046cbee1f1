import { type ContentFile, secretReferencesIn, type UnitContent } from '@/lib/protocol/desired'
import { type MachineScope, pathOf } from '@/lib/protocol/machine-template'
import { AgentFailure } from './failure'

/** The content's files as they are to be written, but for their secrets; those that speak of the machine are rendered now. */
export async function renderFiles(content: UnitContent, machine: () => Promise<MachineScope>): Promise<ContentFile[]> {
  if (!content.files.some((file) => file.inputs)) return content.files
  // Most agents never need it.
  const { renderText } = await import('@/lib/protocol/render-text')
  const facts = await machine()
  const own = new Set(secretReferencesIn(JSON.stringify({ config: content.config, env: content.env })))
  return content.files.map((file) => {
    if (!file.inputs) return file
    const path = pathOf(file)
    const text = rendered(path, () => renderText(file.text, { ...file.inputs, machine: facts }))
    // A template can put a reference together here that nobody saw in the plan.
    if (secretReferencesIn(text).some((reference) => !own.has(reference)))
      throw new AgentFailure('content_refused', `${path} names a secret that is not this service’s.`)
    return { path, mode: file.mode, text }
  })
}

function rendered(path: string, render: () => string): string {
  try {
    return render()
  } catch (error) {
    throw new AgentFailure('template_failed', `${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
