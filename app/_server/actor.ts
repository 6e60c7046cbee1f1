import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getServerSession } from 'next-auth'
import { cache } from 'react'
import { loadActor } from '@/lib/accounts/load-actor'
import type { PersonActor } from '@/lib/auth/actor'
import { authOptions } from './auth-options'

/** Who asks, or null. Once a request, however many parts of a page want to know. */
export const findActor = cache(async (): Promise<PersonActor | null> => {
  const session = await getServerSession(authOptions())
  const id = (session?.user as { id?: string } | undefined)?.id
  const actor = id ? await loadActor(id) : null
  if (!actor) return null
  const head = await headers()
  return { ...actor, address: head.get('x-forwarded-for') ?? undefined, requestId: head.get('x-request-id') ?? undefined }
})

/** For pages: the signed-out are led to the door. */
export async function requireActor(): Promise<PersonActor> {
  return (await findActor()) ?? redirect('/sign-in')
}
