import { z } from 'zod'
import { route } from './route'

const MeSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    isOperator: z.boolean(),
    isReviewer: z.boolean(),
    grants: z.array(z.object({ organizationId: z.string(), applicationId: z.string().nullable(), role: z.string() })),
  })
  .meta({ id: 'Me' })

export const meRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/me',
    summary: 'Who I am and what I may act for',
    response: MeSchema,
    handle: ({ actor }) => ({ ...actor, grants: [...actor.grants] }),
  }),
]
