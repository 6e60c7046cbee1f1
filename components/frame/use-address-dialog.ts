'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useEffect, useRef } from 'react'

interface Words<T> {
  /** Parameters that belong to the dialog. */
  readonly keys: readonly string[]
  readonly read: (params: URLSearchParams) => T | null
  readonly write: (asked: T) => Readonly<Record<string, string>>
}

/** A dialog that the address names: it opens by a link, stays on reload, and the browser's back closes it. */
export function useAddressDialog<T>({ keys, read, write }: Words<T>) {
  const params = useSearchParams()
  const pathname = usePathname()
  const isOurs = useRef(false)
  const asked = read(params)
  const isAsked = asked !== null
  useEffect(() => {
    if (!isAsked) isOurs.current = false
  }, [isAsked])
  const hrefWith = (change: T | null) => {
    const next = new URLSearchParams(params)
    for (const key of keys) next.delete(key)
    for (const [key, value] of Object.entries(change === null ? {} : write(change))) next.set(key, value)
    return next.size > 0 ? `${pathname}?${next}` : pathname
  }
  return {
    asked,
    ask: (change: T) => {
      isOurs.current = true
      window.history.pushState(null, '', hrefWith(change))
    },
    close: () => {
      if (isOurs.current) window.history.back()
      else window.history.replaceState(null, '', hrefWith(null))
    },
  }
}
