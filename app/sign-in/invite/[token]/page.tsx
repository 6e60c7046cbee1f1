import { redirect } from 'next/navigation'
import { findActor } from '@/app/_server/actor'
import { InvitedPage } from '@/components/members/invited-page'
import { AppError } from '@/lib/errors'
import { getInvited } from '@/lib/members/invite'
import { paths } from '@/lib/paths'
import { listWays } from '@/lib/sign-in/load-providers'
import { acceptInvitation } from './actions'

export const metadata = { title: 'Invitation', referrer: 'no-referrer' as const }

export default async function Page({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const view = await getInvited({ token }).catch((error: unknown) => {
    if (error instanceof AppError) redirect(paths.refusedAtTheDoor('invitation_over'))
    throw error
  })
  const actor = await findActor()
  return <InvitedPage view={view} token={token} name={actor?.name ?? null} ways={await listWays()} accept={acceptInvitation} />
}
