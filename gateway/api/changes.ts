import { z } from 'zod'
import { ChangesSchema } from '@/lib/changes/views'
import { WhyServiceSchema, whyMachineChanged, whyServiceChanged } from '@/lib/changes/why-changed'
import { EnvironmentSchema } from '@/lib/views'
import { inApplication, slug } from './inputs'
import { route } from './route'

const Changes = ChangesSchema.meta({ id: 'Changes' })

/** Why something is as it is. */
export const changeRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/organizations/{org}/applications/{app}/services/{service}/changes',
    summary: 'Why a service changed: deploys with approvals, people and causes, and what was set about it',
    params: inApplication.extend({ service: slug }),
    query: WhyServiceSchema.pick({ environment: true }),
    response: Changes,
    handle: ({ actor, params: { org, app, service }, query }) =>
      whyServiceChanged(actor, { ...query, organization: org, application: app, name: service }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/organizations/{org}/applications/{app}/routes/{environment}/{host}/changes',
    summary: 'Why a route changed: deploys with approvals, people and causes, and what was set about it',
    params: inApplication.extend({ environment: EnvironmentSchema, host: z.string().min(1).max(253) }),
    response: Changes,
    handle: ({ actor, params: { org, app, host, environment } }) =>
      whyServiceChanged(actor, { organization: org, application: app, name: host, environment }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/machines/{name}/changes',
    summary: 'Why a machine changed: what was done to it, and deploys that worked on it',
    params: z.object({ name: slug }),
    response: Changes,
    handle: ({ actor, params }) => whyMachineChanged(actor, { name: params.name }),
  }),
]
