'use client'

import { useQuery } from '@tanstack/react-query'
import { fetchJson } from '@/components/frame/fetch-json'
import { api } from '@/lib/paths'
import { ServiceUsageSchema, type UnitUsage } from '@/lib/samples/views'
import type { ServiceView } from '@/lib/services/views'

/** Agents speak every five minutes. */
export const refreshMs = 60_000

export type ShownUsage = UnitUsage & { from: string; slotMs: number }

/** What each unit has used; undefined while it is not known. Charts that cannot be had take nothing from the page. */
export function useServiceUsage({ stageId, organizationSlug, applicationSlug, name, environment }: ServiceView) {
  const { data } = useQuery({
    queryKey: ['service-usage', stageId],
    queryFn: ({ signal }) => fetchJson(api.serviceUsage(organizationSlug, applicationSlug, name, environment), ServiceUsageSchema, signal),
    refetchInterval: refreshMs,
  })
  return (unitId: string): ShownUsage | undefined => {
    const unit = data?.units.find((one) => one.unitId === unitId)
    return data && unit && { ...unit, from: data.from, slotMs: data.slotMs }
  }
}
