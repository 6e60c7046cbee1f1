'use server'

import { action } from '@/app/_server/action'
import { AskRoleSchema, askRole as ask, RoleRequestRefSchema, withdrawRoleRequest as withdraw } from '@/lib/members/ask-role'
import {
  ChangeMemberSchema,
  changeMember as change,
  GiveAwaySchema,
  giveAway as give,
  RemoveMemberSchema,
  removeMember as remove,
} from '@/lib/members/change-member'
import { grantRole as grant, RefuseRoleSchema, refuseRole as refuse } from '@/lib/members/decide-role-request'
import { InviteSchema, invite, RevokeInvitationSchema, revokeInvitation as revoke } from '@/lib/members/invite'
import {
  ApplicationRefSchema,
  archiveApplication as archiveApp,
  createApplication as createApp,
  NewApplicationSchema,
  RenameApplicationSchema,
  renameApplication as renameApp,
  restoreApplication as restoreApp,
} from '@/lib/organizations/keep-application'
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
export const createApplication = action(NewApplicationSchema, createApp)
export const renameApplication = action(RenameApplicationSchema, renameApp)
export const archiveApplication = action(ApplicationRefSchema, archiveApp)
export const restoreApplication = action(ApplicationRefSchema, restoreApp)
export const askRole = action(AskRoleSchema, ask)
export const withdrawRoleRequest = action(RoleRequestRefSchema, withdraw)
export const grantRole = action(RoleRequestRefSchema, grant)
export const refuseRole = action(RefuseRoleSchema, refuse)
