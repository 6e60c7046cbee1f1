import { z } from 'zod'
import { AskQuotaSchema, askQuota } from '@/lib/quotas/ask-quota'
import { ApproveRequestSchema, approveRequest, RefuseRequestSchema, refuseRequest } from '@/lib/quotas/decide-request'
import { getRuntimes } from '@/lib/quotas/get-runtimes'
import { ListRequestsSchema, listRequests } from '@/lib/quotas/list-requests'
import { SetApplicationQuotaSchema, SetOrganizationQuotaSchema, setApplicationQuota, setOrganizationQuota } from '@/lib/quotas/set-quota'
import { QuotaRequestListSchema, RuntimesViewSchema } from '@/lib/quotas/views'
import { withdrawRequest } from '@/lib/quotas/withdraw-request'
import { inApplication, inOrganization, slug } from './inputs'
import { route } from './route'

const inOrg = '/api/v1/organizations/{org}'
const onPlatform = '/api/v1/platform/quota-requests'
const aRequest = z.object({ request: slug })

/** Where services may run, how much of it, and how an organisation asks for more. */
export const quotaRoutes = [
  route({
    method: 'GET',
    path: `${inOrg}/runtimes`,
    summary: 'Runtimes with quotas and their use, those that may be asked for, and what was asked for',
    params: inOrganization,
    response: RuntimesViewSchema.meta({ id: 'Runtimes' }),
    handle: ({ actor, params }) => getRuntimes(actor, { organization: params.org }),
  }),
  route({
    method: 'PUT',
    path: `${inOrg}/applications/{app}/quota`,
    summary: 'How much an application may have altogether; null = no limit',
    params: inApplication,
    body: SetApplicationQuotaSchema.pick({ amounts: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await setApplicationQuota(actor, { ...body, organization: params.org, application: params.app })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/platform/organizations/{org}/quota',
    summary: 'How much an organisation may have altogether; null = no limit',
    params: inOrganization,
    body: SetOrganizationQuotaSchema.pick({ amounts: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await setOrganizationQuota(actor, { ...body, organization: params.org })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: `${inOrg}/quota-requests`,
    summary: 'Ask operators for the use of a runtime, or for another quota there',
    params: inOrganization,
    body: AskQuotaSchema.omit({ organization: true }),
    response: z.object({ id: z.string() }),
    status: 201,
    handle: ({ actor, params, body }) => askQuota(actor, { ...body, organization: params.org }),
  }),
  route({
    method: 'POST',
    path: `${inOrg}/quota-requests/{request}/withdraw`,
    summary: 'Take a request back while nobody has decided',
    params: inOrganization.extend(aRequest.shape),
    status: 204,
    async handle({ actor, params, reply }) {
      await withdrawRequest(actor, { organization: params.org, id: params.request })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'GET',
    path: onPlatform,
    summary: 'What organisations ask for: waiting, or decided',
    query: ListRequestsSchema,
    response: QuotaRequestListSchema.meta({ id: 'QuotaRequestList' }),
    handle: ({ actor, query }) => listRequests(actor, query),
  }),
  route({
    method: 'POST',
    path: `${onPlatform}/{request}/approve`,
    summary: 'Grant what was asked for, or other amounts',
    params: aRequest,
    body: ApproveRequestSchema.omit({ id: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await approveRequest(actor, { ...body, id: params.request })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: `${onPlatform}/{request}/refuse`,
    summary: 'Refuse it, and say why',
    params: aRequest,
    body: RefuseRequestSchema.omit({ id: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await refuseRequest(actor, { ...body, id: params.request })
      return reply.code(204).send()
    },
  }),
]
