import { redirect } from 'next/navigation'
import { requireActor } from '@/app/_server/actor'
import { signOut } from '@/app/_server/sign-out'
import { NoOrganization } from '@/components/accounts/no-organization'
import { findHome } from '@/lib/organizations/find-home'

export const metadata = { title: 'Me' }

export default async function Page() {
  const actor = await requireActor()
  const home = await findHome(actor)
  if (home !== '/me') redirect(home)
  return <NoOrganization name={actor.name} signOut={signOut} />
}
