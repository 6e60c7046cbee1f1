import { see } from '@/app/_server/see'
import { MembersPage } from '@/components/members/members-page'
import { getMembers } from '@/lib/members/list-members'
import { archiveOrganization, changeMember, giveAway, inviteMember, removeMember, renameOrganization, revokeInvitation } from './actions'

export const metadata = { title: 'Members' }

export default async function Page({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params
  const seen = await see((actor) => getMembers(actor, { organization: org }))
  if (!seen.ok) return seen.denied
  const actions = {
    change: changeMember,
    remove: removeMember,
    giveAway,
    invite: inviteMember,
    revoke: revokeInvitation,
    rename: renameOrganization,
    archive: archiveOrganization,
  }
  return <MembersPage view={seen.data} actions={actions} />
}
