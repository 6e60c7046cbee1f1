'use client'

import { useAddressDialog } from '@/components/frame/use-address-dialog'
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

const keys = ['act', 'release', 'units']

/** The change of a service that the address names. */
export const useAskedChange = (service: ServiceView) =>
  useAddressDialog<AskedChange>({
    keys,
    read: (params) => askedOf(params, service),
    write: ({ kind, release, units }) => ({
      act: kind,
      ...(release ? { release: String(release.number) } : {}),
      ...(units ? { units: units.map((unit) => ordinalOf(unit.name)).join(',') } : {}),
    }),
  })
