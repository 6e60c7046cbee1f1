import { z } from 'zod'
import { getPolicies, ListPoliciesSchema } from '@/lib/policies/list-policies'
import { previewPolicy } from '@/lib/policies/preview-policy'
import { PolicyAskSchema, SetPolicySchema, setPolicy } from '@/lib/policies/set-policy'
import { SetStandingSchema, setStanding } from '@/lib/policies/set-standing'
import { PoliciesViewSchema, PolicyPreviewSchema } from '@/lib/policies/views'
import { EnvironmentSchema } from '@/lib/views'
import { inApplication, inOrganization, most, slug } from './inputs'
import { route } from './route'

const base = '/api/v1/organizations/{org}/policies'
const ofEnvironment = inOrganization.extend({ environment: EnvironmentSchema })
const VersionSchema = z.object({ version: z.int() }).meta({ id: 'PolicySet' })

/** What environments ask of changes, and what runs without a person. */
export const policyRoutes = [
  route({
    method: 'GET',
    path: base,
    summary: 'Policies of environments and of services, and every version there was',
    params: inOrganization,
    query: ListPoliciesSchema.omit({ organization: true }),
    response: PoliciesViewSchema.meta({ id: 'Policies' }),
    handle: ({ actor, params, query }) => getPolicies(actor, { limit: most, ...query, organization: params.org }),
  }),
  route({
    method: 'PUT',
    path: `${base}/{environment}`,
    takesPerson: true,
    summary: 'Set what an environment asks of changes; takes the version that was looked at',
    params: ofEnvironment,
    body: SetPolicySchema.omit({ organization: true, environment: true }),
    response: VersionSchema,
    handle: ({ actor, params, body }) => setPolicy(actor, { ...body, organization: params.org, environment: params.environment }),
  }),
  route({
    method: 'POST',
    path: `${base}/{environment}/preview`,
    summary: 'What these rules would change for records that have not started',
    params: ofEnvironment,
    body: PolicyAskSchema.pick({ rules: true }),
    response: PolicyPreviewSchema.meta({ id: 'PolicyPreview' }),
    handle: ({ actor, params, body }) => previewPolicy(actor, { ...body, organization: params.org, environment: params.environment }),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/organizations/{org}/applications/{app}/services/{service}/automation',
    takesPerson: true,
    summary: 'Set what runs for a service without a person; null = what the platform lets',
    params: inApplication.extend({ service: slug }),
    body: SetStandingSchema.omit({ organization: true, application: true, service: true }),
    response: VersionSchema,
    handle: ({ actor, params: { org, app, service }, body }) =>
      setStanding(actor, { ...body, organization: org, application: app, service }),
  }),
]
