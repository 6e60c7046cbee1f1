'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { fetchJson } from '@/components/frame/fetch-json'
import { useSentence } from '@/components/frame/use-refusal'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { cores, formatMib } from '@/components/ui/sizes'
import { api } from '@/lib/paths'
import { PlacesSchema } from '@/lib/services/place-views'
import type { ServiceView, UnitView } from '@/lib/services/views'

/** Base UI takes no empty value. */
const planner = 'planner'

function usePlaces({ organizationSlug: org, applicationSlug: app, name }: ServiceView, unit: UnitView | undefined) {
  const query = useQuery({
    queryKey: ['places', unit?.id],
    queryFn: ({ signal }) => fetchJson(api.places(org, app, name, unit?.id ?? ''), PlacesSchema, signal),
    enabled: unit !== undefined,
    staleTime: 5000,
  })
  return query.data
}

/** Where units move to: where the planner finds most room, or a machine that is named. */
export function useMove(service: ServiceView, units: readonly UnitView[] | undefined) {
  const t = useTranslations()
  const sentence = useSentence()
  const [chosen, setChosen] = useState(planner)
  const [first] = units ?? []
  const places = usePlaces(service, first)
  const best = places?.places.find((place) => place.whyNot === null)
  const note = (cpu: number, memory: number) => t('places.free', { cpu: t('services.cores', { n: cores(cpu) }), memory: formatMib(memory) })
  const options = [
    { value: planner, label: t('places.planner'), note: best && units?.length === 1 ? best.machineName : undefined },
    ...(places?.places ?? []).map((place) => ({
      value: place.machineId,
      label: place.machineName,
      note: place.whyNot ? undefined : note(place.freeCpuMillis, place.freeMemoryMib),
      why: place.whyNot ? sentence(place.whyNot) : undefined,
    })),
  ]
  const inputs = (
    <Field id="machine" label={t('services.machine')} help={t('places.moveHelp')}>
      <Select id="machine" value={chosen} onChange={setChosen} options={options} />
      {places && places.left > 0 ? <p className="t3 mt-2">{t('places.more', { count: places.left })}</p> : null}
    </Field>
  )
  const machine = chosen === planner ? {} : { machineId: chosen }
  return { inputs, change: { unitIds: (units ?? []).map((unit) => unit.id), ...machine } }
}
