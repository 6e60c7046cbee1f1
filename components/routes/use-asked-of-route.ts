'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useEffect, useRef } from 'react'
import type { RouteView } from '@/lib/routes/views'
import type { AskedOfRoute } from './route-dialog'

function askedOf(params: URLSearchParams, { versions, gates, promotion }: RouteView): AskedOfRoute | null {
  const act = params.get('act')
  if (act === 'change') return gates.change.allowed ? { kind: act } : null
  if (act === 'remove') return gates.remove.allowed ? { kind: act } : null
  if (act === 'promote') return promotion?.gates.promote.allowed ? { kind: act } : null
  const version = versions.find((one) => String(one.number) === params.get('version'))
  return act === 'rollback' && version?.rollBack.allowed ? { kind: act, version } : null
}

/** The change that the address names: its dialog opens by a link, stays on reload, and the browser's back closes it. */
export function useAskedOfRoute(route: RouteView) {
  const params = useSearchParams()
  const pathname = usePathname()
  const isOurs = useRef(false)
  const asked = askedOf(params, route)
  const isAsked = asked !== null
  useEffect(() => {
    if (!isAsked) isOurs.current = false
  }, [isAsked])
  const hrefWith = (change: AskedOfRoute | null) => {
    const next = new URLSearchParams(params)
    for (const key of ['act', 'version']) next.delete(key)
    if (change) next.set('act', change.kind)
    if (change?.kind === 'rollback') next.set('version', String(change.version.number))
    return next.size > 0 ? `${pathname}?${next}` : pathname
  }
  return {
    asked,
    ask: (change: AskedOfRoute) => {
      isOurs.current = true
      window.history.pushState(null, '', hrefWith(change))
    },
    close: () => {
      if (isOurs.current) window.history.back()
      else window.history.replaceState(null, '', hrefWith(null))
    },
  }
}
