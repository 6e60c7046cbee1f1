import { z } from 'zod'
import { BlockUserSchema, blockUser, unblockUser } from '@/lib/accounts/block-user'
import { ListUsersSchema, listUsers } from '@/lib/accounts/list-users'
import { UserListSchema, userFilters } from '@/lib/accounts/views'
import { several } from './inputs'
import { route } from './route'

const users = '/api/v1/platform/users'
const aUser = z.object({ user: BlockUserSchema.shape.userId })

/** People, for operators: who there is, and the block list. */
export const userRoutes = [
  route({
    method: 'GET',
    path: users,
    summary: 'Everybody who has ever signed in or was invited',
    query: ListUsersSchema.extend({ state: several(z.enum(userFilters)) }),
    response: UserListSchema.meta({ id: 'UserList' }),
    handle: ({ actor, query }) => listUsers(actor, query),
  }),
  route({
    method: 'POST',
    path: `${users}/{user}/block`,
    summary: 'Block a user: every door is shut, and what was open is closed',
    params: aUser,
    body: BlockUserSchema.omit({ userId: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await blockUser(actor, { ...body, userId: params.user })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: `${users}/{user}/unblock`,
    summary: 'Let a blocked user sign in again; nothing that was closed comes back',
    params: aUser,
    status: 204,
    async handle({ actor, params, reply }) {
      await unblockUser(actor, { userId: params.user })
      return reply.code(204).send()
    },
  }),
]
