'use client'

import { useState } from 'react'

/** Follow is on while at the end; scrolling up pauses it and counts what came since. */
export function useFollow(total: number) {
  const [follow, setFollow] = useState(true)
  const [pausedAt, setPausedAt] = useState(0)
  return {
    follow,
    pausedAt,
    since: follow ? 0 : Math.max(0, total - pausedAt),
    set: (next: boolean) => {
      if (!next && follow) setPausedAt(total)
      setFollow(next)
    },
  }
}

export type Follow = ReturnType<typeof useFollow>
