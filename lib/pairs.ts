/** Names and values as people type them, one pair a line. */
export const writePairs = (pairs: Readonly<Record<string, string>>, sign: string): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}${sign}${value}`)
    .join('\n')

/** Null where a line has no sign, or a name stands twice. */
export function readPairs(text: string, sign: ':' | '='): Record<string, string> | null {
  const pairs: Record<string, string> = {}
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const at = line.indexOf(sign)
    const name = line.slice(0, at).trim()
    if (at < 0 || Object.hasOwn(pairs, name)) return null
    pairs[name] = line.slice(at + 1).trim()
  }
  return pairs
}
