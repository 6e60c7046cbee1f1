import { z } from 'zod'
import { AskRoleSchema, askRole, withdrawRoleRequest } from '@/lib/members/ask-role'
import { ChangeMemberSchema, changeMember, GiveAwaySchema, giveAway, removeMember } from '@/lib/members/change-member'
import { grantRole, RefuseRoleSchema, refuseRole } from '@/lib/members/decide-role-request'
import { AcceptInvitationSchema, acceptInvitation, InviteSchema, invite, revokeInvitation } from '@/lib/members/invite'
import { getMembers, ListMembersSchema } from '@/lib/members/list-members'
import { MembersViewSchema } from '@/lib/members/views'
import { TimeSchema } from '@/lib/views'
import { inOrganization, most, slug } from './inputs'
import { route } from './route'

const inOrg = '/api/v1/organizations/{org}'
const aMember = inOrganization.extend({ member: slug })
const aRequest = inOrganization.extend({ request: slug })
const anInvitation = inOrganization.extend({ invitation: slug })

/** Who belongs to an organisation, as what, and who is invited. */
export const memberRoutes = [
  route({
    method: 'GET',
    path: `${inOrg}/members`,
    summary: 'Members with their roles, and invitations that are open',
    params: inOrganization,
    query: ListMembersSchema.omit({ organization: true }),
    response: MembersViewSchema.meta({ id: 'Members' }),
    handle: ({ actor, params, query }) => getMembers(actor, { limit: most, ...query, organization: params.org }),
  }),
  route({
    method: 'PUT',
    path: `${inOrg}/members/{member}`,
    summary: 'Give a member another role',
    params: aMember,
    body: ChangeMemberSchema.pick({ role: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await changeMember(actor, { ...body, organization: params.org, id: params.member })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'DELETE',
    path: `${inOrg}/members/{member}`,
    summary: 'Take a member out, or leave',
    params: aMember,
    status: 204,
    async handle({ actor, params, reply }) {
      await removeMember(actor, { organization: params.org, id: params.member })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: `${inOrg}/owner`,
    summary: 'Give the organisation away to a member',
    params: inOrganization,
    body: GiveAwaySchema.pick({ userId: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await giveAway(actor, { ...body, organization: params.org })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: `${inOrg}/invitations`,
    summary: 'A link by which one person joins; it is shown once',
    params: inOrganization,
    body: InviteSchema.omit({ organization: true }),
    response: z.object({ id: z.string(), path: z.string(), expires: TimeSchema }).meta({ id: 'NewInvitation' }),
    status: 201,
    isSecret: true,
    handle: ({ actor, params, body }) => invite(actor, { ...body, organization: params.org }),
  }),
  route({
    method: 'DELETE',
    path: `${inOrg}/invitations/{invitation}`,
    summary: 'Revoke an invitation that nobody has used',
    params: anInvitation,
    status: 204,
    async handle({ actor, params, reply }) {
      await revokeInvitation(actor, { organization: params.org, id: params.invitation })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: `${inOrg}/role-requests`,
    takesPerson: true,
    summary: 'Ask for a stronger role; those who may give it decide',
    params: inOrganization,
    body: AskRoleSchema.omit({ organization: true }),
    response: z.object({ id: z.string() }).meta({ id: 'NewRoleRequest' }),
    status: 201,
    handle: ({ actor, params, body }) => askRole(actor, { ...body, organization: params.org }),
  }),
  route({
    method: 'POST',
    path: `${inOrg}/role-requests/{request}/grant`,
    summary: 'Give the role that was asked for',
    params: aRequest,
    status: 204,
    async handle({ actor, params, reply }) {
      await grantRole(actor, { organization: params.org, id: params.request })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: `${inOrg}/role-requests/{request}/refuse`,
    summary: 'Do not give it, and say why',
    params: aRequest,
    body: RefuseRoleSchema.pick({ answer: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await refuseRole(actor, { ...body, organization: params.org, id: params.request })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: `${inOrg}/role-requests/{request}/withdraw`,
    takesPerson: true,
    summary: 'Take one’s own request back',
    params: aRequest,
    status: 204,
    async handle({ actor, params, reply }) {
      await withdrawRoleRequest(actor, { organization: params.org, id: params.request })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/invitations/accept',
    takesPerson: true,
    summary: 'Join by the token of an invitation',
    body: AcceptInvitationSchema,
    response: z.object({ organization: z.string() }).meta({ id: 'Joined' }),
    handle: ({ actor, body }) => acceptInvitation(actor, body),
  }),
]
