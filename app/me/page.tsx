import { see } from '@/app/_server/see'
import { signOut } from '@/app/_server/sign-out'
import { MePage } from '@/components/accounts/me-page'
import { getMe } from '@/lib/accounts/list-sessions'
import { listArchived } from '@/lib/organizations/restore-organization'
import { createOrganization, endOtherSessions, endSession, restoreOrganization } from './actions'

export const metadata = { title: 'Your account' }

export default async function Page() {
  const seen = await see(async (actor) => ({ me: await getMe(actor), archived: await listArchived(actor) }))
  if (!seen.ok) return seen.denied
  const acts = { end: endSession, endOthers: endOtherSessions, signOut, createOrganization, restore: restoreOrganization }
  return <MePage {...seen.data} actions={acts} />
}
