import { Liquid } from 'liquidjs'

/** A template may be so long. */
export const mostTemplateCharacters = 200_000

// No file system, no code, and a stop for runaway loops: a template is input.
const liquid = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  templates: {},
  parseLimit: mostTemplateCharacters,
  renderLimit: 1_000,
  memoryLimit: 5_000_000,
})

/** Throws what is wrong with the template, in its own words. */
export const renderText = (source: string, scope: object): string => liquid.parseAndRenderSync(source, scope)

/** Of `scope` only what the template asks for, so that nothing else changes its digest. */
export function inputsOf(source: string, scope: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const inputs: Record<string, unknown> = {}
  for (const [subject, key] of liquid.globalVariableSegmentsSync(source)) {
    const name = String(subject)
    const whole = scope[name]
    if (typeof key !== 'string' || !isRecord(whole)) inputs[name] = whole
    // Asked for as a whole elsewhere, it stays whole.
    else if (inputs[name] !== whole) inputs[name] = { ...(inputs[name] as object), ...(key in whole ? { [key]: whole[key] } : {}) }
  }
  return inputs
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
