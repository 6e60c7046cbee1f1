import type { Actor } from '@/lib/auth/actor'
import type { DeployRecord, Prisma } from '@/lib/db/generated/client'
import type { Person } from '@/lib/views'

interface Cause {
  readonly by?: string
  /** The token by which it was asked for, as it was called then. */
  readonly token?: { readonly name: string; readonly isShared: boolean }
}

type AskedBy = { requesterId: string | null; cause?: Prisma.InputJsonValue }

/** Who asks for a record: a person, whether by a browser or a token, or automation and why. */
export function askedBy(actor: Actor, cause?: Record<string, unknown>): AskedBy {
  if (actor.kind === 'system') return { requesterId: null, cause: (cause ?? { by: actor.id }) as Prisma.InputJsonObject }
  const { token } = actor
  const said = cause ?? (token ? { token: { name: token.name, isShared: token.isShared } } : undefined)
  return { requesterId: actor.id, ...(said ? { cause: said as Prisma.InputJsonObject } : {}) }
}

/** Who asked, by name: a program by its token, automation by its sweep. */
export function requesterOf(
  { requesterId, cause }: Pick<DeployRecord, 'requesterId' | 'cause'>,
  nameOf: (id: string | null, system?: string) => Person,
): Person {
  const { by, token } = (cause ?? {}) as Cause
  const person = nameOf(requesterId, by)
  if (!token) return person
  return { id: person.id, kind: 'token', name: token.isShared ? token.name : `${person.name} (${token.name})` }
}
