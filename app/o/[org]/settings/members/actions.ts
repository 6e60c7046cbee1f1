'use server'

import { action } from '@/app/_server/action'
import {
  ChangeMemberSchema,
  changeMember as change,
  GiveAwaySchema,
  giveAway as give,
  RemoveMemberSchema,
  removeMember as remove,
} from '@/lib/members/change-member'
import { InviteSchema, invite, RevokeInvitationSchema, revokeInvitation as revoke } from '@/lib/members/invite'
import {
  archiveOrganization as archive,
  OrganizationRefSchema,
  RenameOrganizationSchema,
  renameOrganization as rename,
} from '@/lib/organizations/keep-organization'

export const changeMember = action(ChangeMemberSchema, change)
export const removeMember = action(RemoveMemberSchema, remove)
export const giveAway = action(GiveAwaySchema, give)
export const inviteMember = action(InviteSchema, invite)
export const revokeInvitation = action(RevokeInvitationSchema, revoke)
export const renameOrganization = action(RenameOrganizationSchema, rename)
export const archiveOrganization = action(OrganizationRefSchema, archive)
