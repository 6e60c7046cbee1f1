import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { findActor } from '@/app/_server/actor'
import { isOwnPath } from '@/app/_server/own-path'
import { demoCookie } from '@/app/_server/session-cookie'
import { SignIn } from '@/components/accounts/sign-in'
import { env } from '@/lib/env'
import { paths } from '@/lib/paths'
import { listWays } from '@/lib/sign-in/load-providers'

interface Props {
  /** `again`: in a window beside a page that waits for it. */
  searchParams: Promise<{ reason?: string; error?: string; callbackUrl?: string; again?: string; to?: string }>
}

export default async function Page({ searchParams }: Props) {
  const { error, callbackUrl, ...search } = await searchParams
  const again = search.again !== undefined || (callbackUrl?.endsWith(paths.signedInAgain) ?? false)
  // How next-auth says that a provider could not be asked, or that its answer was none of ours.
  const reason = search.reason ?? (error ? (error === 'OAuthSignin' ? 'provider_down' : 'callback_failed') : undefined)
  const to = search.to && isOwnPath(search.to) ? search.to : paths.home
  if (!reason && !again && (await findActor())) redirect(to)
  const peopleHref = (await cookies()).has(demoCookie) ? `/sign-in/people${again ? '?again=1' : ''}` : null
  const ways = await listWays()
  if (again && peopleHref && ways.length === 0) redirect(peopleHref)
  return <SignIn reason={reason ?? null} demo={env().DEMO} ways={ways} peopleHref={peopleHref} isAgain={again} next={to} />
}
