import type { ReactNode } from 'react'
import { see } from '@/app/_server/see'
import { signOut } from '@/app/_server/sign-out'
import { Frame } from '@/components/frame/frame'
import { findHomeOrganization } from '@/lib/organizations/find-home'
import { getFrame } from '@/lib/organizations/get-frame'

export default async function Layout({ children }: { children: ReactNode }) {
  const seen = await see(async (actor) => getFrame(actor, { organization: await findHomeOrganization(actor) }))
  if (!seen.ok) return seen.denied
  return (
    <Frame frame={seen.data} signOut={signOut}>
      {children}
    </Frame>
  )
}
