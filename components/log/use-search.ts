'use client'

import { useEffect, useState } from 'react'
import { type LogSource, searchLog } from './use-log'

export interface Search {
  text: string
  offsets: number[]
  more: boolean
  /** Which of the hits is shown. */
  at: number
}

const none: Search = { text: '', offsets: [], more: false, at: 0 }

/** Searches at the server, so that what is not loaded is found too; again while lines come. */
export function useSearch(source: LogSource, text: string, task: number | null, total: number) {
  const [search, setSearch] = useState(none)
  // A growing log is searched again at most for each doubling, not for each line.
  const size = Math.ceil(Math.log2(total + 2))
  // biome-ignore lint/correctness/useExhaustiveDependencies: `size` stands for the growing log
  useEffect(() => {
    if (!text) {
      setSearch(none)
      return
    }
    const abort = new AbortController()
    const timer = setTimeout(() => {
      searchLog(source, text, task, abort.signal)
        .then((found) =>
          setSearch((before) => ({
            text,
            ...found,
            at: before.text === text ? Math.min(before.at, Math.max(0, found.offsets.length - 1)) : 0,
          })),
        )
        .catch(() => setSearch(none))
    }, 200)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [source, text, task, size])
  const move = (by: number) =>
    setSearch((before) =>
      before.offsets.length === 0 ? before : { ...before, at: (before.at + by + before.offsets.length) % before.offsets.length },
    )
  return { search, move }
}
