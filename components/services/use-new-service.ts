'use client'

import { useQuery } from '@tanstack/react-query'
import { fetchJson } from '@/components/frame/fetch-json'
import { api } from '@/lib/paths'
import { NewServiceViewSchema } from '@/lib/services/new-service-views'
import type { ServiceView } from '@/lib/services/views'

/** What another service of the same package could have: where it may go, and what its components are. Undefined until it was heard. */
export function useNewService({ organizationSlug, applicationSlug, package: { name } }: ServiceView) {
  return useQuery({
    queryKey: ['new-service', organizationSlug, applicationSlug, name],
    queryFn: ({ signal }) => fetchJson(api.newService(organizationSlug, applicationSlug, name), NewServiceViewSchema, signal),
    staleTime: 30_000,
  }).data
}
