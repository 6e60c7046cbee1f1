import { db } from '@/lib/db/client'

/** A way to sign in that stands in the list and leads nowhere. */
export async function buildProvider(id = 'taken'): Promise<{ id: string }> {
  const data = { id, name: 'Google', kind: 'google', clientId: 'c', clientSecret: 'sealed', scopes: '', domains: [], createdBy: 'test' }
  return db.signInProvider.create({ data, select: { id: true } })
}
