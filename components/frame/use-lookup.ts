import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'

interface Lookup<T> {
  /** Under which answers are kept. */
  readonly name: readonly string[]
  /** Asks where they are kept: there may be thousands. */
  readonly find: (text: string, signal: AbortSignal) => Promise<readonly T[]>
  readonly idOf: (one: T) => string
  readonly value: string | null
}

/** What fits the text that is typed, and what is chosen: that stays while one types on. */
export function useLookup<T>({ name, find, idOf, value }: Lookup<T>) {
  const [text, search] = useState('')
  const [chosen, setChosen] = useState<T | null>(null)
  const query = useDeferredValue(text.trim())
  const { data: found = [] } = useQuery({
    queryKey: [...name, query],
    queryFn: ({ signal }) => find(query, signal),
    placeholderData: (before) => before,
  })
  const isKept = chosen !== null && idOf(chosen) === value && !found.some((one) => idOf(one) === value)
  const shown = isKept ? [chosen, ...found] : found
  const keep = (id: string) => setChosen(shown.find((one) => idOf(one) === id) ?? null)
  return { shown, search, keep }
}
