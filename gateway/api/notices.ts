import { z } from 'zod'
import { createWebhook, NewWebhookSchema, redeliver, removeWebhook, SwitchWebhookSchema, switchWebhook } from '@/lib/notices/keep-webhook'
import {
  ListNoticesSchema,
  listNotices,
  ReadNoticesSchema,
  readNotices,
  SetNoticeWaysSchema,
  setNoticeWays,
} from '@/lib/notices/list-notices'
import { ListWebhooksSchema, listWebhooks } from '@/lib/notices/list-webhooks'
import { NoticesViewSchema, WebhooksViewSchema } from '@/lib/notices/views'
import { inOrganization, slug } from './inputs'
import { route } from './route'

const mine = '/api/v1/me/notices'
const base = '/api/v1/organizations/{org}/webhooks'
const aWebhook = inOrganization.extend({ webhook: slug })

/** What one hears of, and addresses that hear it, too. */
export const noticeRoutes = [
  route({
    method: 'GET',
    path: mine,
    takesPerson: true,
    summary: 'What concerned one, newest first, and how one hears of it',
    query: ListNoticesSchema,
    response: NoticesViewSchema.meta({ id: 'Notices' }),
    handle: ({ actor, query }) => listNotices(actor, query),
  }),
  route({
    method: 'POST',
    path: `${mine}/read`,
    takesPerson: true,
    summary: 'Mark some as read, or all',
    body: ReadNoticesSchema,
    status: 204,
    async handle({ actor, body, reply }) {
      await readNotices(actor, body)
      return reply.code(204).send()
    },
  }),
  route({
    method: 'PUT',
    path: `${mine}/{org}`,
    takesPerson: true,
    summary: 'How one wants to hear of an organisation',
    params: inOrganization,
    body: SetNoticeWaysSchema.omit({ organization: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await setNoticeWays(actor, { ...body, organization: params.org })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'PUT',
    path: mine,
    takesPerson: true,
    summary: 'How an operator wants to hear of machines and pools',
    body: SetNoticeWaysSchema.omit({ organization: true }),
    status: 204,
    async handle({ actor, body, reply }) {
      await setNoticeWays(actor, { ...body, organization: null })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'GET',
    path: base,
    summary: 'Webhooks, each with what it was sent last; or one of them, with all that it was sent, a page at a time',
    params: inOrganization,
    query: ListWebhooksSchema.omit({ organization: true }),
    response: WebhooksViewSchema.meta({ id: 'Webhooks' }),
    handle: ({ actor, params, query }) => listWebhooks(actor, { ...query, organization: params.org }),
  }),
  route({
    method: 'POST',
    path: base,
    summary: 'An address that hears what happens; its secret is shown once',
    params: inOrganization,
    body: NewWebhookSchema.omit({ organization: true }),
    response: z.object({ id: z.string(), secret: z.string() }).meta({ id: 'NewWebhook' }),
    status: 201,
    isSecret: true,
    handle: ({ actor, params, body }) => createWebhook(actor, { ...body, organization: params.org }),
  }),
  route({
    method: 'DELETE',
    path: `${base}/{webhook}`,
    summary: 'Remove a webhook with its deliveries',
    params: aWebhook,
    status: 204,
    async handle({ actor, params, reply }) {
      await removeWebhook(actor, { organization: params.org, id: params.webhook })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'PUT',
    path: `${base}/{webhook}/state`,
    summary: 'Switch a webhook on or off',
    params: aWebhook,
    body: SwitchWebhookSchema.pick({ isOn: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await switchWebhook(actor, { ...body, organization: params.org, id: params.webhook })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: `${base}/{webhook}/deliveries/{delivery}/redeliver`,
    summary: 'Send the same once more',
    params: aWebhook.extend({ delivery: slug }),
    status: 204,
    async handle({ actor, params, reply }) {
      await redeliver(actor, { organization: params.org, id: params.webhook, deliveryId: params.delivery })
      return reply.code(204).send()
    },
  }),
]
