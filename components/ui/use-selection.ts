'use client'

import { useSearchParams } from 'next/navigation'
import { useMemo, useState } from 'react'
import {
  extendTo,
  filterOf,
  newest,
  nothingSelected,
  type PageState,
  pageState,
  type Selection,
  togglePage,
  toggleRow,
  without,
} from './selection'

/** What a table needs to let its rows be chosen. */
export interface RowSelection {
  has: (key: string) => boolean
  page: PageState
  toggle: (key: string, isRange: boolean) => void
  extend: (from: string, to: string) => void
  togglePage: () => void
  clear: () => void
}

/** Kept while one turns pages; gone with another filter. */
export function useSelection<Row>(rows: readonly Row[], keyOf: (row: Row) => string) {
  const filter = filterOf(useSearchParams())
  const [kept, keep] = useState<{ filter: string; selection: Selection<Row> }>({ filter, selection: nothingSelected() })
  const selection: Selection<Row> = kept.filter === filter ? kept.selection : nothingSelected()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key of a row depends on nothing else
  const page = useMemo(() => new Map(rows.map((row) => [keyOf(row), row])), [rows])
  const change = (to: (before: Selection<Row>) => Selection<Row>) =>
    keep((before) => ({ filter, selection: to(before.filter === filter ? before.selection : nothingSelected()) }))
  const table: RowSelection = {
    has: (key) => selection.rows.has(key),
    page: pageState(selection, page),
    toggle: (key, isRange) => change((before) => toggleRow(before, page, key, isRange)),
    extend: (from, to) => change((before) => extendTo(before, page, { from, to })),
    togglePage: () => change((before) => togglePage(before, page)),
    clear: () => change(() => nothingSelected()),
  }
  return { table, rows: newest(selection, page), drop: (keys: readonly string[]) => change((before) => without(before, keys)) }
}
