import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { findScope } from '@/lib/organizations/find-scope'
import { platformChain } from './chain'

export interface AuditScope {
  readonly chain: string
  readonly organization: { readonly id: string; readonly slug: string; readonly name: string } | null
}

/** Whose audit an actor reads: an organisation's, or what belongs to none. */
export async function auditScope(actor: Actor, { organization }: { organization?: string | undefined }): Promise<AuditScope> {
  if (organization === undefined) {
    authorize(actor, 'platform.manage', {}, 'The audit of the platform')
    return { chain: platformChain, organization: null }
  }
  const found = (await findScope(actor, { organization })).organization
  authorize(actor, 'audit.see', { organizationId: found.id }, 'The audit')
  return { chain: found.id, organization: found }
}
