import type { Role } from '@/lib/db/generated/enums'

/** A role in an organisation, or in one of its applications. */
export interface Grant {
  readonly organizationId: string
  readonly applicationId: string | null
  readonly role: Role
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
