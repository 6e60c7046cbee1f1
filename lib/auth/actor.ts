import type { Role } from '@/lib/db/generated/enums'
import type { Permission } from './policy'

/** A role in an organisation, or in one of its applications. */
export interface Grant {
  readonly organizationId: string
  readonly applicationId: string | null
  readonly role: Role
  /** Of a token: what of the role it may use, and for which services. */
  readonly only?: readonly Permission[]
  readonly serviceIds?: readonly string[]
}

/** The token that speaks for somebody. */
export interface ActorToken {
  readonly id: string
  readonly name: string
  /** It belongs to the organisation, and not to its maker. */
  readonly isShared: boolean
  readonly permissions: readonly Permission[]
}

export interface ActorSession {
  readonly id: string
  readonly signedInAt: Date
}

export interface PersonActor {
  readonly kind: 'person'
  readonly id: string
  readonly name: string
  readonly isOperator: boolean
  readonly isReviewer: boolean
  readonly grants: readonly Grant[]
  /** The session that speaks; missing where nobody signed in for this. */
  readonly session?: ActorSession
  /** The token that speaks in place of a session. What it asks for counts as asked by the person who made it. */
  readonly token?: ActorToken
  readonly requestId?: string
  readonly address?: string
}

/** A sweep or a policy acting by itself. It may do what its standing policy says, and nothing is authorised by role. */
export interface SystemActor {
  readonly kind: 'system'
  readonly id: string
  readonly requestId?: string
}

export type Actor = PersonActor | SystemActor

export const systemActor = (name: string): SystemActor => ({ kind: 'system', id: name })
