import type { ReactNode } from 'react'
import { see } from '@/app/_server/see'
import { signOut } from '@/app/_server/sign-out'
import { Frame } from '@/components/frame/frame'
import { getFrame } from '@/lib/organizations/get-frame'

export default async function Layout({ children }: { children: ReactNode }) {
  const seen = await see((actor) => getFrame(actor, { organization: null }))
  if (!seen.ok) return seen.denied
  return (
    <Frame frame={seen.data} signOut={signOut}>
      {children}
    </Frame>
  )
}
