'use client'

import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { fetchJson } from '@/components/frame/fetch-json'
import { useLiveState } from '@/components/frame/live'
import { LogMatchesSchema, LogPageSchema } from '@/lib/deploys/log-views'
import { LogCache } from './log-cache'

export interface LogSource {
  /** Reads lines by range: `?from=&limit=&task=`. */
  url: string
  /** Finds a text: `?q=&task=`. */
  searchUrl: string
  /** The whole log as text. */
  textUrl: string
  /** The topic that says that lines came. */
  topic: string
}

const withTask = (query: URLSearchParams, task: number | null) => {
  if (task !== null) query.set('task', String(task))
  return query
}

/** The log of a record, or of one of its tasks, as a sparse cache that grows while lines come. */
export function useLog(source: LogSource, task: number | null) {
  const { watch } = useLiveState()
  const cache = useMemo(
    () =>
      new LogCache((from, limit, signal) =>
        fetchJson(
          `${source.url}?${withTask(new URLSearchParams({ from: String(from), limit: String(limit) }), task)}`,
          LogPageSchema,
          signal,
        ),
      ),
    [source.url, task],
  )
  const facts = useSyncExternalStore(cache.subscribe, cache.facts, cache.facts)
  useEffect(() => {
    void cache.refresh()
    let due = false
    const soon = () => {
      if (due) return
      due = true
      setTimeout(() => {
        due = false
        void cache.refresh()
      }, 120)
    }
    const stop = watch(source.topic, soon)
    // News may be lost; the rows are not. Stops once no line can come any more.
    const timer = setInterval(() => (cache.facts().ended ? clearInterval(timer) : soon()), 2500)
    return () => {
      clearInterval(timer)
      stop()
    }
  }, [cache, watch, source.topic])
  return { cache, facts }
}

export const searchLog = (source: LogSource, query: string, task: number | null, signal: AbortSignal) =>
  fetchJson(`${source.searchUrl}?${withTask(new URLSearchParams({ q: query }), task)}`, LogMatchesSchema, signal)
