'use client'

import { createContext, type ReactNode, useContext, useEffect, useSyncExternalStore } from 'react'

/** The server's clock. One timer for the page; a text is drawn again only when it changes. */
const listeners = new Set<() => void>()
let offsetMs = 0
let tick = 0
let timer: ReturnType<typeof setInterval> | undefined
let isFirst = true

const advance = () => {
  tick = Date.now() + offsetMs
  for (const listener of listeners) listener()
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
    offsetMs = now - (first ? performance.timeOrigin + arrival.responseStart : Date.now())
    advance()
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
