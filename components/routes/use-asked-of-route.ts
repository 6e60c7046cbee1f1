'use client'

import { useAddressDialog } from '@/components/frame/use-address-dialog'
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

const keys = ['act', 'version']

/** The change of a route that the address names. */
export const useAskedOfRoute = (route: RouteView) =>
  useAddressDialog<AskedOfRoute>({
    keys,
    read: (params) => askedOf(params, route),
    write: (asked) => ({ act: asked.kind, ...(asked.kind === 'rollback' ? { version: String(asked.version.number) } : {}) }),
  })
