import { redirect } from 'next/navigation'
import { findActor } from '@/app/_server/actor'
import { ConnectPage } from '@/components/sign-in/connect-page'
import { AppError } from '@/lib/errors'
import { paths } from '@/lib/paths'
import { getConnection } from '@/lib/sign-in/connect-account'
import { listWays } from '@/lib/sign-in/load-providers'
import { connectAccount } from './actions'

export const metadata = { title: 'Connect', referrer: 'no-referrer' as const }

export default async function Page({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const view = await getConnection(await findActor(), { token }).catch((error: unknown) => {
    if (error instanceof AppError) redirect(paths.refusedAtTheDoor('link_over'))
    throw error
  })
  const ways = (await listWays()).filter((way) => way.id !== view.provider.id)
  return <ConnectPage view={view} token={token} ways={ways} connect={connectAccount} />
}
