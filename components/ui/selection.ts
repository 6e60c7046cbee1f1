/** Rows that were chosen, on whatever page of the list they stood. */
export interface Selection<Row> {
  readonly rows: ReadonlyMap<string, Row>
  /** Where a range begins: the row that was last chosen or left out. */
  readonly anchor: string | null
}

/** The rows that are seen now, in their order. */
export type PageRows<Row> = ReadonlyMap<string, Row>

export const nothingSelected = <Row>(): Selection<Row> => ({ rows: new Map(), anchor: null })

/** Between two rows of a page, both included; another page's anchor begins nothing. */
function between<Row>(page: PageRows<Row>, from: string | null, to: string): string[] {
  const keys = [...page.keys()]
  const [a, b] = [from === null ? -1 : keys.indexOf(from), keys.indexOf(to)]
  return a < 0 ? [to] : keys.slice(Math.min(a, b), Math.max(a, b) + 1)
}

function set<Row>(selection: Selection<Row>, page: PageRows<Row>, keys: readonly string[], isOn: boolean): ReadonlyMap<string, Row> {
  const rows = new Map(selection.rows)
  for (const key of keys) {
    const row = page.get(key)
    if (isOn && row !== undefined) rows.set(key, row)
    if (!isOn) rows.delete(key)
  }
  return rows
}

/** One row the other way; as a range, all rows since the anchor the same way as this one. */
export function toggleRow<Row>(selection: Selection<Row>, page: PageRows<Row>, key: string, isRange = false): Selection<Row> {
  const keys = isRange ? between(page, selection.anchor, key) : [key]
  return { rows: set(selection, page, keys, !selection.rows.has(key)), anchor: key }
}

/** Takes a range further to this row; the anchor stays, so that the range can shrink again. */
export function extendTo<Row>(selection: Selection<Row>, page: PageRows<Row>, { from, to }: { from: string; to: string }): Selection<Row> {
  const anchor = selection.anchor !== null && page.has(selection.anchor) && selection.rows.has(selection.anchor) ? selection.anchor : from
  const before = set(selection, page, between(page, anchor, from), false)
  return { rows: set({ ...selection, rows: before }, page, between(page, anchor, to), true), anchor }
}

export type PageState = 'none' | 'some' | 'all'

export function pageState<Row>(selection: Selection<Row>, page: PageRows<Row>): PageState {
  const count = [...page.keys()].filter((key) => selection.rows.has(key)).length
  return count === 0 ? 'none' : count === page.size ? 'all' : 'some'
}

/** All rows of the page, or, when they are all chosen, none of them; other pages keep theirs. */
export function togglePage<Row>(selection: Selection<Row>, page: PageRows<Row>): Selection<Row> {
  return { rows: set(selection, page, [...page.keys()], pageState(selection, page) !== 'all'), anchor: null }
}

export const without = <Row>(selection: Selection<Row>, keys: readonly string[]): Selection<Row> => ({
  rows: new Map([...selection.rows].filter(([key]) => !keys.includes(key))),
  anchor: null,
})

/** What is seen now is newer than what was chosen. */
export const newest = <Row>(selection: Selection<Row>, page: PageRows<Row>): Row[] =>
  [...selection.rows].map(([key, row]) => page.get(key) ?? row)

/** Turning pages and sorting change nothing of what is selected; a filter does. */
const beside = new Set(['after', 'before', 'sort', 'hide'])
export const filterOf = (params: Iterable<readonly [string, string]>): string =>
  [...params]
    .filter(([key]) => !beside.has(key))
    .map((entry) => entry.join('='))
    .sort()
    .join('&')
