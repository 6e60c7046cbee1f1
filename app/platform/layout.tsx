import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { see } from '@/app/_server/see'
import { signOut } from '@/app/_server/sign-out'
import { Frame } from '@/components/frame/frame'
import { getFrame } from '@/lib/organizations/get-frame'

export default async function Layout({ children }: { children: ReactNode }) {
  const seen = await see((actor) => getFrame(actor, { organization: null }))
  if (!seen.ok) return seen.denied
  // Before anything is sent, so that the answer is a real 404.
  if (!seen.data.user.isOperator) notFound()
  return (
    <Frame frame={seen.data} signOut={signOut}>
      {children}
    </Frame>
  )
}
