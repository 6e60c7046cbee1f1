import { renderText } from '@/lib/protocol/render-text'

// Of the private use area: nobody writes them, and nothing trims them.
const [open, close] = ['\uE000', '\uE001']
const mark = /\uE000(\d+)\uE001/g

/**
 * For each line that a template makes the line of the template that it stands in, also where loops and conditions make more or fewer:
 * each line is made once more with its number. Null = what it makes is another text then, so nobody knows.
 */
export function templateLines(source: string, scope: object, made: string): number[] | null {
  try {
    const marked = renderText(marksIn(source), scope).split('\n')
    if (marked.length !== made.split('\n').length) return null
    let last = 1
    return marked.map((line) => {
      const [, number] = [...line.matchAll(mark)][0] ?? []
      last = number ? Number(number) : last
      return last
    })
  } catch {
    return null
  }
}

/** A number at the beginning of each line, but for those that begin inside a tag. */
function marksIn(source: string): string {
  let isInside = false
  return source
    .split('\n')
    .map((line, index) => {
      const marked = isInside ? line : `${open}${index + 1}${close}${line}`
      for (const [sign] of line.matchAll(/\{%|%\}|\{\{|\}\}/g)) isInside = sign.startsWith('{')
      return marked
    })
    .join('\n')
}
