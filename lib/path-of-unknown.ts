type Members = Readonly<Record<string, unknown>>

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)

/** Where something was sent that a schema did not take; what was sent as undefined was not sent. */
export function pathOfUnknown(sent: unknown, taken: unknown, above = ''): string | undefined {
  const at = (key: string | number) => (above === '' ? String(key) : `${above}.${key}`)
  if (Array.isArray(sent) && Array.isArray(taken)) {
    for (const [index, one] of sent.entries()) {
      const found = pathOfUnknown(one, taken[index], at(index))
      if (found !== undefined) return found
    }
    return undefined
  }
  if (!isMembers(sent) || !isMembers(taken)) return undefined
  for (const [key, value] of Object.entries(sent)) {
    if (value === undefined) continue
    const found = Object.hasOwn(taken, key) ? pathOfUnknown(value, taken[key], at(key)) : at(key)
    if (found !== undefined) return found
  }
  return undefined
}
