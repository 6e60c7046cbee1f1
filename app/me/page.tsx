import { see } from '@/app/_server/see'
import { signOut } from '@/app/_server/sign-out'
import { MePage } from '@/components/accounts/me-page'
import { getMe } from '@/lib/accounts/list-sessions'
import { createOrganization, endOtherSessions, endSession } from './actions'

export const metadata = { title: 'Your account' }

export default async function Page() {
  const seen = await see(getMe)
  if (!seen.ok) return seen.denied
  return <MePage me={seen.data} actions={{ end: endSession, endOthers: endOtherSessions, signOut, createOrganization }} />
}
