import { z } from 'zod'
import { CreatePoolSchema, createPool } from '@/lib/init/create-pool'
import { GetPoolSchema, getPool } from '@/lib/init/get-pool'
import { LookAgainSchema, lookAgain } from '@/lib/init/look-again'
import { SetInitPoliciesSchema, setInitPolicies } from '@/lib/init/set-init-policies'
import { PoolViewSchema } from '@/lib/init/views'
import { machineIdOf } from '@/lib/machines/machine-id-of'
import { SetLossLimitSchema, setLossLimit } from '@/lib/machines/set-loss-limit'
import { OfferPoolSchema, offerPool } from '@/lib/quotas/offer-pool'
import { slug } from './inputs'
import { route } from './route'

/** Pools, for operators: what they ask of new machines. */
export const poolRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/pools',
    summary: 'A new pool without machines',
    body: CreatePoolSchema,
    response: CreatePoolSchema.pick({ name: true }).meta({ id: 'NewPool' }),
    status: 201,
    handle: ({ actor, body }) => createPool(actor, body),
  }),
  route({
    method: 'GET',
    path: '/api/v1/pools/{name}',
    summary: 'One pool with its init policies',
    params: GetPoolSchema,
    response: PoolViewSchema.meta({ id: 'Pool' }),
    handle: ({ actor, params }) => getPool(actor, params),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/pools/{name}/init-policies',
    summary: 'What the pool asks of new machines, the whole list',
    params: GetPoolSchema,
    body: SetInitPoliciesSchema.omit({ runtimeId: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      const { id } = await getPool(actor, params)
      await setInitPolicies(actor, { ...body, runtimeId: id })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/pools/{name}/offered',
    summary: 'Whether organisations without a grant see its name and may ask for it',
    params: GetPoolSchema,
    body: OfferPoolSchema.pick({ isOffered: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      const { id } = await getPool(actor, params)
      await offerPool(actor, { ...body, runtimeId: id })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/pools/{name}/loss-limit',
    summary: 'How many per cent of its machines may be lost at once before automation rests',
    params: GetPoolSchema,
    body: SetLossLimitSchema.pick({ percent: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      const { id } = await getPool(actor, params)
      await setLossLimit(actor, { ...body, runtimeId: id })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/machines/{name}/init/{policyId}',
    summary: 'Look at one init policy of a new machine again',
    params: z.object({ name: slug.max(200), policyId: LookAgainSchema.shape.policyId }),
    status: 204,
    async handle({ actor, params, reply }) {
      await lookAgain(actor, { machineId: await machineIdOf(actor, params.name), policyId: params.policyId })
      return reply.code(204).send()
    },
  }),
]
