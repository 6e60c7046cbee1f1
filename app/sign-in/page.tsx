import { redirect } from 'next/navigation'
import { findActor } from '@/app/_server/actor'
import { SignIn } from '@/components/accounts/sign-in'
import { env } from '@/lib/env'

export default async function Page({ searchParams }: { searchParams: Promise<{ reason?: string }> }) {
  const { reason } = await searchParams
  if (!reason && (await findActor())) redirect('/')
  return <SignIn reason={reason ?? null} demo={env().DEMO} />
}
