import { redirect } from 'next/navigation'
import { findActor } from '@/app/_server/actor'
import { DemoPeoplePage } from '@/components/accounts/demo-people'
import { getDemoPeople } from '@/lib/accounts/use-demo-link'
import { AppError } from '@/lib/errors'
import { chooseDemoPerson } from './actions'

export const metadata = { title: 'Demo', referrer: 'no-referrer' as const }

interface Props {
  params: Promise<{ key: string }>
  /** `again`: in a window beside a page that waits for it. */
  searchParams: Promise<{ again?: string }>
}

export default async function Page({ params, searchParams }: Props) {
  const { key } = await params
  const isAgain = (await searchParams).again !== undefined
  const actor = await findActor()
  const view = await getDemoPeople(key, actor?.id ?? null).catch((error: unknown) => {
    if (error instanceof AppError) redirect('/sign-in?reason=link_over')
    throw error
  })
  const choose = async ({ userId }: { userId: string }) => {
    'use server'
    return chooseDemoPerson({ key, userId, isAgain })
  }
  return <DemoPeoplePage view={view} isAgain={isAgain} choose={choose} />
}
