import { z } from 'zod'
import { EndSessionSchema, endOtherSessions, endSession } from '@/lib/accounts/end-session'
import { listSessions } from '@/lib/accounts/list-sessions'
import { SessionViewSchema } from '@/lib/accounts/views'
import { isFresh } from '@/lib/auth/fresh'
import { route } from './route'

const MeSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    isOperator: z.boolean(),
    isReviewer: z.boolean(),
    /** Signed in so lately that nothing asks for it again (`fresh_sign_in`). */
    isFresh: z.boolean(),
    /** The token that asks; null for a browser. */
    token: z.object({ id: z.string(), name: z.string(), isShared: z.boolean() }).nullable(),
    grants: z.array(z.object({ organizationId: z.string(), applicationId: z.string().nullable(), role: z.string() })),
  })
  .meta({ id: 'Me' })

export const meRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/me',
    summary: 'Who I am and what I may act for',
    response: MeSchema,
    handle: ({ actor }) => ({
      ...actor,
      token: actor.token ?? null,
      isFresh: actor.session !== undefined && isFresh(actor.session.signedInAt),
      grants: [...actor.grants],
    }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/me/sessions',
    takesPerson: true,
    summary: 'Where I am signed in',
    response: z.array(SessionViewSchema).meta({ id: 'Sessions' }),
    handle: ({ actor }) => listSessions(actor),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/me/sessions/{session}',
    takesPerson: true,
    summary: 'End one of my sessions',
    params: z.object({ session: EndSessionSchema.shape.id }),
    status: 204,
    async handle({ actor, params, reply }) {
      await endSession(actor, { id: params.session })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/me/sessions',
    takesPerson: true,
    summary: 'End all of my sessions but this one',
    response: z.object({ ended: z.int() }).meta({ id: 'EndedSessions' }),
    handle: ({ actor }) => endOtherSessions(actor),
  }),
]
