import { redirect } from 'next/navigation'
import { requireActor } from '@/app/_server/actor'
import { findHome } from '@/lib/organizations/find-home'

/** Everybody's first page: the overview of their organisation, or the machines of an operator without one. */
export default async function Page() {
  redirect(await findHome(await requireActor()))
}
