'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { type ServiceView, serviceActs } from '@/lib/services/views'
import type { AskedChange } from './service-dialogs'

const ordinalOf = (name: string) => name.slice(name.lastIndexOf('/') + 1)

function askedOf(params: URLSearchParams, { releases, placements }: ServiceView): AskedChange | null {
  // A command has a page of its own.
  const kind = serviceActs.find((act) => act === params.get('act') && act !== 'command')
  if (!kind) return null
  const release = releases.find((one) => String(one.number) === params.get('release'))
  const wanted = params.get('units')?.split(',')
  // Only what was pointed at moves.
  if (!wanted && kind === 'migrate') return null
  if (!wanted) return { kind, ...(release ? { release } : {}) }
  // Of units that are gone nothing is asked, and least of all of all the others.
  const units = placements.flatMap((placement) => placement.units).filter((unit) => wanted.includes(ordinalOf(unit.name)))
  return units.length === wanted.length ? { kind, units } : null
}

/** The change that the address names: its dialog opens by a link, stays on reload, and the browser's back closes it. */
export function useAskedChange(service: ServiceView) {
  const params = useSearchParams()
  const pathname = usePathname()
  const isOurs = useRef(false)
  const asked = askedOf(params, service)
  const isAsked = asked !== null
  useEffect(() => {
    if (!isAsked) isOurs.current = false
  }, [isAsked])
  const hrefWith = (change: AskedChange | null) => {
    const next = new URLSearchParams(params)
    for (const key of ['act', 'release', 'units']) next.delete(key)
    if (change) next.set('act', change.kind)
    if (change?.release) next.set('release', String(change.release.number))
    if (change?.units) next.set('units', change.units.map((unit) => ordinalOf(unit.name)).join(','))
    return next.size > 0 ? `${pathname}?${next}` : pathname
  }
  return {
    asked,
    ask: (change: AskedChange) => {
      isOurs.current = true
      window.history.pushState(null, '', hrefWith(change))
    },
    close: () => {
      if (isOurs.current) window.history.back()
      else window.history.replaceState(null, '', hrefWith(null))
    },
  }
}
