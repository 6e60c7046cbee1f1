export interface Change {
  readonly field: string
  readonly before: unknown
  readonly after: unknown
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** What an event says has changed (`before` and `after`, or `from` and `to`), field by field, and what else it says. */
export function changesOf(data: Readonly<Record<string, unknown>>): { changes: Change[]; rest: [string, unknown][] } {
  const { before, after, from, to, changed: _fields, ...rest } = data
  const fields = [...new Set([before, after].flatMap((side) => (isRecord(side) ? Object.keys(side) : [])))]
  const at = (side: unknown, field: string) => (isRecord(side) ? side[field] : undefined)
  const changes = fields.map((field) => ({ field, before: at(before, field), after: at(after, field) }))
  if (from !== undefined || to !== undefined) changes.push({ field: 'state', before: from, after: to })
  return {
    changes: changes.filter((change) => !isSame(change.before, change.after)),
    rest: Object.entries(rest).filter(([, value]) => value !== null && value !== ''),
  }
}
