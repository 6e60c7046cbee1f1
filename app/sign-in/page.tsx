import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { findActor } from '@/app/_server/actor'
import { demoCookie } from '@/app/_server/session-cookie'
import { SignIn } from '@/components/accounts/sign-in'
import { env } from '@/lib/env'

interface Props {
  /** `again`: in a window beside a page that waits for it. */
  searchParams: Promise<{ reason?: string; again?: string }>
}

export default async function Page({ searchParams }: Props) {
  const { reason, again } = await searchParams
  if (!reason && !again && (await findActor())) redirect('/')
  const peopleHref = (await cookies()).has(demoCookie) ? `/sign-in/people${again ? '?again=1' : ''}` : null
  if (again && peopleHref) redirect(peopleHref)
  return <SignIn reason={reason ?? null} demo={env().DEMO} />
}
