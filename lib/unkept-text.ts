/** What no text of the database may hold: U+0000, and half of a character that takes two. */
const isUnkept = (text: string): boolean => text.includes('\0') || !text.isWellFormed()

/** Where in an input a text stands that cannot be kept, or undefined. Input is asked at each door. */
export function pathOfUnkept(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return isUnkept(value) ? path : undefined
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) === Buffer.prototype) return undefined
  for (const [key, one] of Object.entries(value)) {
    const below = path === '' ? key : `${path}.${key}`
    if (isUnkept(key)) return below.toWellFormed()
    const found = pathOfUnkept(one, below)
    if (found !== undefined) return found
  }
  return undefined
}
