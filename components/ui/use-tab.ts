'use client'

import { usePathname, useSearchParams } from 'next/navigation'

/** Which panel is open stands in the address, and changing it asks the server for nothing. */
export function useTab(first: string): [string, (tab: string) => void] {
  const params = useSearchParams()
  const pathname = usePathname()
  const open = (tab: string) => {
    const next = new URLSearchParams(params)
    if (tab === first) next.delete('tab')
    else next.set('tab', tab)
    window.history.replaceState(null, '', next.size > 0 ? `${pathname}?${next}` : pathname)
  }
  return [params.get('tab') ?? first, open]
}
