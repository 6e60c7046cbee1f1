import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Role } from '@/lib/db/generated/enums'
import { AppError } from '@/lib/errors'

export const strength: readonly Role[] = ['viewer', 'developer', 'admin', 'owner']

export const isStronger = (role: Role, than: Role): boolean => strength.indexOf(role) > strength.indexOf(than)

interface Given {
  readonly userId: string
  readonly organizationId: string
  readonly applicationId: string | null
  readonly role: Role
}

interface RoleChange {
  readonly before: { readonly role: Role | null }
  readonly after: { readonly role: Role }
}

/** A role from now on; the caller holds the organisation. Nobody becomes less by it. Answers what it was before, and is. */
export async function giveRole(tx: Tx, { role, ...where }: Given): Promise<RoleChange> {
  const mine = await tx.member.findFirst({ where })
  if (mine && !isStronger(role, mine.role))
    throw new AppError('conflict', `The role is ${mine.role} already.`, { reason: 'member_already' })
  if (mine) await tx.member.update({ where: { id: mine.id }, data: { role } })
  else await tx.member.create({ data: { ...where, role, createdAt: clock.now() } })
  return { before: { role: mine?.role ?? null }, after: { role } }
}
