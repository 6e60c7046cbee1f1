'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'

/** Where a plain click on this link leads in this tab; null when it opens elsewhere or stays on the page. */
function wayOf(event: MouseEvent): string | null {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null
  if (!link || link.target || link.download || link.origin !== window.location.origin) return null
  const isHere = link.pathname === window.location.pathname && link.search === window.location.search
  return isHere ? null : link.href
}

/**
 * A line at the top while the next page is made; it shows itself after 150 ms. The page before stays: a loading page of the
 * router's would have to be sent before anybody knows whether there is something at the address, always as 200.
 */
export function OnTheWay() {
  const t = useTranslations()
  const here = `${usePathname()}?${useSearchParams()}`
  const [from, setFrom] = useState<string | null>(null)
  useEffect(() => {
    const click = (event: MouseEvent) => wayOf(event) && setFrom(here)
    document.addEventListener('click', click)
    return () => document.removeEventListener('click', click)
  }, [here])
  return from === here ? <div className="way" role="status" aria-label={t('ui.loading')} /> : null
}
