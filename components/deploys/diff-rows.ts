import { diffWordsWithSpace, structuredPatch } from 'diff'

export interface Part {
  text: string
  marked: boolean
}

export type DiffRow =
  | { kind: 'hunk'; text: string }
  | { kind: 'same' | 'add' | 'del'; before: number | null; after: number | null; parts: Part[] }

/** A comparison that would take longer than this many edits is told as a replacement of everything. */
const maxEditLength = 1200
const whole = (text: string): Part[] => [{ text, marked: false }]

/** The changed words of two lines; nothing is marked where the lines have little in common. */
function wordsOf(before: string, after: string): [Part[], Part[]] {
  if (before.length + after.length > 2000) return [whole(before), whole(after)]
  const words = diffWordsWithSpace(before, after)
  const shared = words.filter((word) => !word.added && !word.removed).reduce((sum, word) => sum + word.value.trim().length, 0)
  if (shared * 4 < Math.max(before.length, after.length)) return [whole(before), whole(after)]
  const side = (drop: 'added' | 'removed') =>
    words.filter((word) => !word[drop]).map((word): Part => ({ text: word.value, marked: Boolean(word.added || word.removed) }))
  return [side('added'), side('removed')]
}

/** Lines that went and came together are compared word by word, pair by pair. */
function markWords(rows: DiffRow[]): DiffRow[] {
  for (let i = 0; i < rows.length; i += 1) {
    const gone: number[] = []
    while (rows[i]?.kind === 'del') gone.push(i++)
    const come: number[] = []
    while (rows[i]?.kind === 'add') come.push(i++)
    if (gone.length > 0 || come.length > 0) i -= 1
    for (let pair = 0; pair < Math.min(gone.length, come.length); pair += 1) {
      const [before, after] = [rows[gone[pair] ?? -1], rows[come[pair] ?? -1]]
      if (before?.kind !== 'del' || after?.kind !== 'add') continue
      ;[before.parts, after.parts] = wordsOf(before.parts[0]?.text ?? '', after.parts[0]?.text ?? '')
    }
  }
  return rows
}

/** Two texts as the rows of a unified diff, with three lines around each change. */
export function diffRows(before: string | null, after: string | null, context = 3): DiffRow[] {
  const patch = structuredPatch('', '', before ?? '', after ?? '', '', '', { context, maxEditLength })
  if (!patch) return replaced(before ?? '', after ?? '')
  const rows = patch.hunks.flatMap((hunk): DiffRow[] => {
    let [left, right] = [hunk.oldStart, hunk.newStart]
    const lines = hunk.lines
      .filter((line) => !line.startsWith('\\'))
      .map((line): DiffRow => {
        const parts = whole(line.slice(1))
        if (line.startsWith('+')) return { kind: 'add', before: null, after: right++, parts }
        if (line.startsWith('-')) return { kind: 'del', before: left++, after: null, parts }
        return { kind: 'same', before: left++, after: right++, parts }
      })
    const all = before === null || after === null
    return all ? lines : [{ kind: 'hunk', text: `@@ ${hunk.oldStart},${hunk.oldLines} → ${hunk.newStart},${hunk.newLines} @@` }, ...lines]
  })
  return markWords(rows)
}

const linesOf = (text: string) => text.replace(/\n$/, '').split('\n')
const replaced = (before: string, after: string): DiffRow[] => [
  ...linesOf(before).map((text, i): DiffRow => ({ kind: 'del', before: i + 1, after: null, parts: whole(text) })),
  ...linesOf(after).map((text, i): DiffRow => ({ kind: 'add', before: null, after: i + 1, parts: whole(text) })),
]

export type SplitRow = { left: DiffRow | null; right: DiffRow | null }

/** The same rows side by side: a line that went stands beside the one that came. */
export function splitRows(rows: readonly DiffRow[]): SplitRow[] {
  const out: SplitRow[] = []
  for (let i = 0; i < rows.length; ) {
    const row = rows[i]
    if (!row) break
    if (row.kind !== 'del' && row.kind !== 'add') {
      out.push({ left: row, right: row })
      i += 1
      continue
    }
    const gone: DiffRow[] = []
    while (rows[i]?.kind === 'del') gone.push(rows[i++] as DiffRow)
    const come: DiffRow[] = []
    while (rows[i]?.kind === 'add') come.push(rows[i++] as DiffRow)
    for (let pair = 0; pair < Math.max(gone.length, come.length); pair += 1)
      out.push({ left: gone[pair] ?? null, right: come[pair] ?? null })
  }
  return out
}

export const countRows = (rows: readonly DiffRow[]) => ({
  added: rows.filter((row) => row.kind === 'add').length,
  removed: rows.filter((row) => row.kind === 'del').length,
})
