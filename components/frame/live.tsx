'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { type LiveState, type LiveStream, openStream } from './live-stream'

type Handler = () => void

interface Live {
  state: LiveState
  /** When the connection was lost; null while it stands. */
  lostAt: number | null
  again: () => void
  watch: (topic: string, handler: Handler) => () => void
}

const LiveContext = createContext<Live>({ state: 'connecting', lostAt: null, again: () => {}, watch: () => () => {} })

export const useLiveState = () => useContext(LiveContext)

const topicOf = (data: string): string | undefined => {
  try {
    const news: unknown = JSON.parse(data)
    return typeof news === 'object' && news !== null && 'topic' in news ? String(news.topic) : undefined
  } catch {
    return undefined
  }
}

/** News say only that something changed: whoever shows it reads it again. Lost news cost a reload, never the truth. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<LiveState>('connecting')
  const [lostAt, setLostAt] = useState<number | null>(null)
  const handlers = useRef(new Map<string, Set<Handler>>())
  const stream = useRef<LiveStream | undefined>(undefined)

  useEffect(() => {
    let wasLost = false
    const all = () => {
      for (const set of handlers.current.values()) for (const handler of set) handler()
    }
    stream.current = openStream((message) => {
      if (message.kind === 'state') {
        setState(message.state)
        setLostAt((before) => (message.state === 'live' ? null : (before ?? (message.state === 'lost' ? Date.now() : null))))
        if (message.state === 'live' && wasLost) all()
        wasLost = message.state === 'lost'
      } else if (message.kind === 'reset') all()
      else if (message.kind === 'news') for (const handler of handlers.current.get(topicOf(message.data) ?? '') ?? []) handler()
    })
    stream.current.setTopics([...handlers.current.keys()])
    return () => stream.current?.close()
  }, [])

  const live = useMemo<Live>(
    () => ({
      state,
      lostAt,
      again: () => stream.current?.again(),
      watch: (topic, handler) => {
        const set = handlers.current.get(topic) ?? new Set()
        handlers.current.set(topic, set.add(handler))
        stream.current?.setTopics([...handlers.current.keys()])
        return () => {
          set.delete(handler)
          if (set.size > 0) return
          handlers.current.delete(topic)
          stream.current?.setTopics([...handlers.current.keys()])
        }
      },
    }),
    [state, lostAt],
  )
  return <LiveContext value={live}>{children}</LiveContext>
}

/** Calls back at most once each `everyMs`, and once more after the last news. */
function useTopic(topic: string | null, handler: Handler, everyMs: number) {
  const { watch } = useContext(LiveContext)
  const latest = useRef(handler)
  const watcher = useRef(watch)
  useEffect(() => {
    latest.current = handler
    watcher.current = watch
  })
  useEffect(() => {
    if (!topic) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let ranAt = 0
    const run = () => {
      timer = undefined
      ranAt = Date.now()
      latest.current()
    }
    const stop = watcher.current(topic, () => {
      timer ??= setTimeout(run, Math.max(40, everyMs - (Date.now() - ranAt)))
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [topic, everyMs])
}

/** News about `topic` make the query be read again. */
export function useLiveQuery(topic: string | null, key: readonly unknown[], everyMs = 300) {
  const client = useQueryClient()
  useTopic(topic, () => void client.invalidateQueries({ queryKey: key }), everyMs)
}

/** News about `topic` make the server components of this page be rendered again. */
export function useLivePage(topic: string | null, everyMs = 1500) {
  const router = useRouter()
  useTopic(topic, () => router.refresh(), everyMs)
}

/** For pages that are server components: place it anywhere on them. */
export function LivePage({ topic }: { topic: string }) {
  useLivePage(topic)
  return null
}
