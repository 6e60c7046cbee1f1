'use client'

import { useQuery } from '@tanstack/react-query'
import { fetchJson } from '@/components/frame/fetch-json'
import { api } from '@/lib/paths'
import { NewServiceViewSchema } from '@/lib/services/new-service-views'
import type { ServiceView } from '@/lib/services/views'

/** The other services of the application. */
export function useServiceNames({
  organizationSlug: org,
  applicationSlug: app,
  name,
  package: { name: packageName },
}: ServiceView): string[] {
  const query = useQuery({
    queryKey: ['new-service', org, app, packageName],
    queryFn: ({ signal }) => fetchJson(api.newService(org, app, packageName), NewServiceViewSchema, signal),
    staleTime: 30_000,
  })
  return (query.data?.takenNames ?? []).filter((one) => one !== name)
}
