import { listAsk } from '@/app/_server/list-ask'
import { see } from '@/app/_server/see'
import { MembersPage } from '@/components/members/members-page'
import { getMembers } from '@/lib/members/list-members'
import * as actions from './actions'

export const metadata = { title: 'Members' }

interface Props {
  params: Promise<{ org: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ params, searchParams }: Props) {
  const { org } = await params
  const ask = listAsk(await searchParams)
  const seen = await see((actor) => getMembers(actor, { ...ask, organization: org }))
  if (!seen.ok) return seen.denied
  const { changeMember, removeMember, inviteMember, revokeInvitation, renameOrganization, archiveOrganization, askRole } = actions
  return (
    <MembersPage
      view={seen.data}
      actions={{
        change: changeMember,
        remove: removeMember,
        giveAway: actions.giveAway,
        invite: inviteMember,
        revoke: revokeInvitation,
        rename: renameOrganization,
        archive: archiveOrganization,
        createApplication: actions.createApplication,
        renameApplication: actions.renameApplication,
        archiveApplication: actions.archiveApplication,
        restoreApplication: actions.restoreApplication,
        ask: askRole,
        withdraw: actions.withdrawRoleRequest,
        grant: actions.grantRole,
        refuse: actions.refuseRole,
      }}
    />
  )
}
