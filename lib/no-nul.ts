/** Where a text holds the character that no text of the database may have (U+0000), or undefined. Input is asked at each door. */
export function pathOfNul(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return value.includes('\0') ? path : undefined
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) === Buffer.prototype) return undefined
  for (const [key, one] of Object.entries(value)) {
    const below = path === '' ? key : `${path}.${key}`
    if (key.includes('\0')) return below
    const found = pathOfNul(one, below)
    if (found !== undefined) return found
  }
  return undefined
}
