import { db, type Tx } from '@/lib/db/client'
import type { Person } from '@/lib/views'

/** Id of a user → the person; null → the system, by the name it acts under. */
export type NameOf = (userId: string | null, system?: string) => Person

/** Names of many people in one query. */
export async function namePeople(ids: readonly (string | null | undefined)[], tx: Tx = db): Promise<NameOf> {
  const wanted = [...new Set(ids.flatMap((id) => id ?? []))]
  const users =
    wanted.length > 0 ? await tx.user.findMany({ where: { id: { in: wanted } }, select: { id: true, name: true, email: true } }) : []
  const names = new Map(users.map((user) => [user.id, user.name ?? user.email]))
  return (userId, system = 'system') =>
    userId === null ? { id: system, name: system, kind: 'system' } : { id: userId, name: names.get(userId) ?? userId, kind: 'person' }
}
