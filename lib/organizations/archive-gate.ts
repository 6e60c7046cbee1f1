import type { Actor } from '@/lib/auth/actor'
import { lacks, type No, no } from '@/lib/auth/gate'

export interface ArchiveFacts {
  /** Names of services that live in it, at most so many as are told. */
  readonly services: readonly string[]
  /** Other applications of its organisation that are not archived. */
  readonly others: number
}

/** Why an application cannot be archived: services live in it, or nothing would be left to put any into. */
export function whyNotArchive(
  actor: Actor,
  { id: applicationId, organizationId }: { readonly id: string; readonly organizationId: string },
  { services, others }: ArchiveFacts,
): No | undefined {
  const refused = lacks(actor, 'organization.manage', { organizationId, applicationId })
  if (refused) return refused
  const names = services.join(', ')
  if (names) return { ...no('has_services', `Services are left: ${names}. Remove them first.`), values: { services: names } }
  return others === 0
    ? no('last_application', 'It is the only application: make another one first, or archive the organisation.')
    : undefined
}
