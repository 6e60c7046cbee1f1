import { z } from 'zod'
import { JoinOfferSchema, JoinTokenListSchema, OfferJoinSchema } from '@/lib/machines/join-views'
import { listJoinTokens } from '@/lib/machines/list-join-tokens'
import { offerJoin } from '@/lib/machines/offer-join'
import { revokeJoinToken } from '@/lib/machines/revoke-join-token'
import { slug } from './inputs'
import { route } from './route'

/** Tokens with which machines join, for operators. */
export const joinRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/join-tokens',
    summary: 'Join tokens that work, and those of the last day',
    response: JoinTokenListSchema.meta({ id: 'JoinTokenList' }),
    handle: ({ actor }) => listJoinTokens(actor),
  }),
  route({
    method: 'POST',
    path: '/api/v1/join-tokens',
    summary: 'Make a join token, and the line that brings a machine in with it',
    body: OfferJoinSchema,
    response: JoinOfferSchema.meta({ id: 'JoinOffer' }),
    status: 201,
    isSecret: true,
    handle: ({ actor, body }) => offerJoin(actor, body),
  }),
  route({
    method: 'POST',
    path: '/api/v1/join-tokens/{id}/revoke',
    summary: 'End a join token; machines that joined with it stay',
    params: z.object({ id: slug }),
    status: 204,
    async handle({ actor, params, reply }) {
      await revokeJoinToken(actor, params)
      return reply.code(204).send()
    },
  }),
]
