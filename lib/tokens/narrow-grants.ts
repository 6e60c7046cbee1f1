import type { Grant } from '@/lib/auth/actor'
import type { Permission } from '@/lib/auth/policy'
import { ofPackages } from '@/lib/auth/scopes'

/** What a token is limited to. */
export interface Limits {
  readonly permissions: readonly Permission[]
  readonly organizationId: string | null
  readonly applicationId: string | null
  /** Null = every service; those it names, where they are. */
  readonly services: readonly { readonly id: string; readonly applicationId: string }[] | null
}

/** What is left of somebody's roles for a token: never more than they have, and nothing where nothing fits. */
export function narrowGrants(grants: readonly Grant[], limits: Limits): Grant[] {
  return grants
    .filter(({ organizationId }) => limits.organizationId === null || organizationId === limits.organizationId)
    .flatMap((grant) => {
      const place = placeOf(grant, limits)
      if (!place) return []
      const only = limits.permissions
      return limits.services === null ? [{ ...place, only }] : ofServices(place, limits.services, only)
    })
}

function placeOf(grant: Grant, { applicationId }: Limits): Grant | undefined {
  if (applicationId === null || grant.applicationId === applicationId) return grant
  return grant.applicationId === null ? { ...grant, applicationId } : undefined
}

/** One grant an application that has any of the services, and one for the packages that they come from. */
function ofServices(grant: Grant, services: NonNullable<Limits['services']>, only: readonly Permission[]): Grant[] {
  const within = services.filter((service) => grant.applicationId === null || service.applicationId === grant.applicationId)
  const applications = [...new Set(within.map((service) => service.applicationId))]
  const packages = grant.applicationId === null ? only.filter((permission) => ofPackages.includes(permission)) : []
  const serviceIdsIn = (applicationId: string) => within.filter((one) => one.applicationId === applicationId).map((one) => one.id)
  return [
    ...applications.map((applicationId) => ({ ...grant, applicationId, only, serviceIds: serviceIdsIn(applicationId) })),
    ...(packages.length > 0 ? [{ ...grant, only: packages, serviceIds: [] }] : []),
  ]
}
