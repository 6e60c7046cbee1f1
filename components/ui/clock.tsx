'use client'

import { createContext, type ReactNode, useContext, useEffect, useSyncExternalStore } from 'react'

/** The server's clock. One timer for the page; a text is drawn again only when it changes. */
const listeners = new Set<() => void>()
let offsetMs = Number.NEGATIVE_INFINITY
let tick = 0
let timer: ReturnType<typeof setInterval> | undefined
let isFirst = true

const advance = () => {
  tick = Date.now() + (Number.isFinite(offsetMs) ? offsetMs : 0)
  for (const listener of listeners) listener()
}

/**
 * The server's clock was at least here when this was received. Its words are old by the time they took, so of all that was heard the
 * latest holds.
 */
export function learnServerTime(serverMs: number, receivedAt = Date.now()): void {
  const heard = serverMs - receivedAt
  if (heard <= offsetMs) return
  offsetMs = heard
  advance()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  timer ??= setInterval(advance, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

const ServerNow = createContext(0)

interface Props {
  /** Milliseconds at the server when it rendered: the first paint shows ages as of then, on both sides. */
  now: number
  children: ReactNode
}

export function ClockProvider({ now, children }: Props) {
  if (tick === 0) tick = now
  useEffect(() => {
    // The server looked at its clock when the answer began, not when this page came alive.
    const [arrival] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
    const first = isFirst && arrival && arrival.responseStart > 0
    isFirst = false
    learnServerTime(now, first ? performance.timeOrigin + arrival.responseStart : Date.now())
  }, [now])
  return <ServerNow value={now}>{children}</ServerNow>
}

/** `format` must return the same value for the same second; the component renders when it differs. */
export function useAsTimePasses<T extends string | number | boolean>(format: (now: number) => T): T {
  const serverNow = useContext(ServerNow)
  return useSyncExternalStore(
    subscribe,
    () => format(tick || serverNow),
    () => format(serverNow),
  )
}
