'use client'

import { useEffect } from 'react'
import { useTranslations } from 'use-intl'

/** Asks before something typed is left behind: by closing the tab, or by a link on the page. */
export function useLeaveGuard(on: boolean) {
  const t = useTranslations()
  const question = t('config.leave')
  useEffect(() => {
    if (!on) return
    const unload = (event: BeforeUnloadEvent) => event.preventDefault()
    const click = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a[href]') : null
      const href = link?.getAttribute('href') ?? ''
      if (!link || href.startsWith('#') || link.hasAttribute('download') || event.ctrlKey || event.metaKey) return
      if (window.confirm(question)) return
      event.preventDefault()
      event.stopPropagation()
    }
    window.addEventListener('beforeunload', unload)
    document.addEventListener('click', click, true)
    return () => {
      window.removeEventListener('beforeunload', unload)
      document.removeEventListener('click', click, true)
    }
  }, [on, question])
}
