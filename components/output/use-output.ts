'use client'

import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { fetchJson } from '@/components/frame/fetch-json'
import { useLiveState } from '@/components/frame/live'
import type { Search } from '@/components/log/use-search'
import { OutputPageSchema, type OutputRunChoice } from '@/lib/output/views'
import { type OutputAsk, OutputCache } from './output-cache'

export interface OutputSource {
  url: string
  environment: string
  /** The topic that says that lines came. */
  topic: string
}

/** Also keeps the units' machines sending: they stop a while after nobody asks any more. */
const renewMs = 3000

export function queryOf({ environment }: OutputSource, units: readonly string[], run: OutputRunChoice): URLSearchParams {
  return new URLSearchParams({ environment, units: units.join(','), run })
}

/** The output of some units, read on by news and, because news may be lost, by the clock. */
export function useOutput(source: OutputSource, units: readonly string[], run: OutputRunChoice) {
  const { watch } = useLiveState()
  const chosen = units.join(',')
  const cache = useMemo(
    () =>
      new OutputCache((ask: OutputAsk, signal) => {
        const query = queryOf(source, chosen.split(',').filter(Boolean), run)
        for (const [key, value] of Object.entries(ask)) query.set(key, String(value))
        query.set('follow', 'true')
        return fetchJson(`${source.url}?${query}`, OutputPageSchema, signal)
      }),
    [source, chosen, run],
  )
  const facts = useSyncExternalStore(cache.subscribe, cache.facts, cache.facts)
  useEffect(() => {
    void cache.refresh()
    let due: ReturnType<typeof setTimeout> | undefined
    const soon = () => {
      due ??= setTimeout(() => {
        due = undefined
        void cache.refresh()
      }, 100)
    }
    const stop = watch(source.topic, soon)
    const timer = setInterval(soon, renewMs)
    return () => {
      clearInterval(timer)
      clearTimeout(due)
      stop()
    }
  }, [cache, watch, source.topic])
  return { cache, facts }
}

/** Hits among all that is kept; what is not here yet is fetched first. */
export function useOutputSearch(cache: OutputCache, text: string, version: number) {
  const [at, setAt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` stands for the growing list
  const offsets = useMemo(() => (text ? cache.find(text) : []), [cache, text, version])
  useEffect(() => {
    setAt(0)
    if (text) void cache.readAll()
  }, [cache, text])
  const search: Search = { text, offsets, more: false, at: Math.min(at, Math.max(0, offsets.length - 1)) }
  const move = (by: number) => {
    if (offsets.length > 0) setAt((search.at + by + offsets.length) % offsets.length)
  }
  return { search, move }
}
