'use client'

import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useTransition } from 'react'

/** Filters, sort and page live in the address: reload, link and back button keep them. */
export function useUrlState() {
  const params = useSearchParams()
  const pathname = usePathname()
  const router = useRouter()
  const [pending, start] = useTransition()
  const hrefWith = (changes: Record<string, string | null>) => {
    const next = new URLSearchParams(params)
    for (const [key, value] of Object.entries(changes)) {
      if (value === null || value === '') next.delete(key)
      else next.set(key, value)
    }
    // Another filter or order makes the cursor meaningless.
    if (!('after' in changes) && !('before' in changes)) for (const key of ['after', 'before']) next.delete(key)
    const query = next.toString()
    return query ? `${pathname}?${query}` : pathname
  }
  const set = (changes: Record<string, string | null>) => start(() => router.replace(hrefWith(changes), { scroll: false }))
  return { get: (key: string) => params.get(key) ?? '', set, hrefWith, pending }
}
