/** What a word of a command may be told: a port of the program, or the address that it is to listen on. */
const told = /\{\{\s*(?:ports\.([a-z][a-z0-9-]{0,39})|address)\s*\}\}/g

/** A word, cut into its text (as it is) and what it is told; `port` null = the address. */
export type ToldPart = { readonly text: string } | { readonly port: string | null }

export function partsOf(word: string): ToldPart[] {
  const parts: ToldPart[] = []
  let from = 0
  for (const match of word.matchAll(told)) {
    if (match.index > from) parts.push({ text: word.slice(from, match.index) })
    parts.push({ port: match[1] ?? null })
    from = match.index + match[0].length
  }
  if (from < word.length) parts.push({ text: word.slice(from) })
  return parts
}

export const isTold = (word: string): boolean => partsOf(word).some((part) => 'port' in part)

/** What stands at the beginning of this text, if it is such a place. */
export const toldAt = (text: string): string | undefined => {
  const [first] = text.matchAll(told)
  return first?.index === 0 ? first[0] : undefined
}
