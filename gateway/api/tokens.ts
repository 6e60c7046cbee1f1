import { z } from 'zod'
import { createOwnToken, createToken } from '@/lib/tokens/create-token'
import { listOwnTokens, listTokens } from '@/lib/tokens/list-tokens'
import { revokeOwnToken, revokeToken } from '@/lib/tokens/revoke-token'
import { CreateOwnTokenSchema, CreateTokenSchema } from '@/lib/tokens/schema'
import { MadeTokenSchema, TokensViewSchema } from '@/lib/tokens/views'
import { inOrganization, slug } from './inputs'
import { route } from './route'

const View = TokensViewSchema.meta({ id: 'Tokens' })
const Made = MadeTokenSchema.meta({ id: 'MadeToken' })
const inOrg = '/api/v1/organizations/{org}/tokens'

export const tokenRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/me/tokens',
    summary: 'My own tokens',
    takesPerson: true,
    response: View,
    handle: ({ actor }) => listOwnTokens(actor),
  }),
  route({
    method: 'POST',
    path: '/api/v1/me/tokens',
    summary: 'Make a token of my own; it is shown once',
    takesPerson: true,
    isSecret: true,
    body: CreateOwnTokenSchema,
    response: Made,
    status: 201,
    handle: ({ actor, body }) => createOwnToken(actor, body),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/me/tokens/{token}',
    summary: 'Revoke one of my tokens, on every process at once; a token may end itself',
    params: z.object({ token: slug }),
    status: 204,
    async handle({ actor, params, reply }) {
      await revokeOwnToken(actor, { id: params.token })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'GET',
    path: inOrg,
    summary: 'Tokens of the organisation',
    takesPerson: true,
    params: inOrganization,
    response: View,
    handle: ({ actor, params }) => listTokens(actor, { organization: params.org }),
  }),
  route({
    method: 'POST',
    path: inOrg,
    summary: 'Make a token of the organisation; it is shown once',
    takesPerson: true,
    isSecret: true,
    params: inOrganization,
    body: CreateTokenSchema.omit({ organization: true }),
    response: Made,
    status: 201,
    handle: ({ actor, params, body }) => createToken(actor, { ...body, organization: params.org }),
  }),
  route({
    method: 'DELETE',
    path: `${inOrg}/{token}`,
    summary: 'Revoke a token of the organisation, on every process at once',
    takesPerson: true,
    params: inOrganization.extend({ token: slug }),
    status: 204,
    async handle({ actor, params, reply }) {
      await revokeToken(actor, { organization: params.org, id: params.token })
      return reply.code(204).send()
    },
  }),
]
