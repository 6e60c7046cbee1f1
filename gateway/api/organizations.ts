import { z } from 'zod'
import { AppointOwnerSchema, appointOwner } from '@/lib/members/appoint-owner'
import { FindAnythingSchema, findAnything } from '@/lib/organizations/find-anything'
import { getFrame } from '@/lib/organizations/get-frame'
import { getOverview, OverviewAskSchema } from '@/lib/organizations/get-overview'
import {
  archiveApplication,
  createApplication,
  NewApplicationSchema,
  RenameApplicationSchema,
  renameApplication,
  restoreApplication,
} from '@/lib/organizations/keep-application'
import {
  archiveOrganization,
  createOrganization,
  NewOrganizationSchema,
  RenameOrganizationSchema,
  renameOrganization,
} from '@/lib/organizations/keep-organization'
import { ListOrganizationsSchema, listOrganizations } from '@/lib/organizations/list-organizations'
import { restoreOrganization } from '@/lib/organizations/restore-organization'
import { SetClusterPowersSchema, setClusterPowers } from '@/lib/organizations/set-cluster-powers'
import {
  FoundListSchema,
  OrganizationChoiceSchema,
  OrganizationRowsSchema,
  OverviewViewSchema,
  organizationFilters,
} from '@/lib/organizations/views'
import { inApplication, inOrganization, several } from './inputs'
import { route } from './route'

export const organizationRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/organizations',
    summary: 'Organisations and applications I have a role in',
    response: z.array(OrganizationChoiceSchema).meta({ id: 'Organizations' }),
    handle: async ({ actor }) => (await getFrame(actor, { organization: null })).organizations,
  }),
  route({
    method: 'POST',
    path: '/api/v1/organizations',
    takesPerson: true,
    summary: 'A new organisation with its first application, owned by who makes it',
    body: NewOrganizationSchema,
    response: NewOrganizationSchema.pick({ slug: true }).meta({ id: 'NewOrganization' }),
    status: 201,
    handle: ({ actor, body }) => createOrganization(actor, body),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/organizations/{org}',
    summary: 'Another name; its address stays',
    params: inOrganization,
    body: RenameOrganizationSchema.omit({ organization: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await renameOrganization(actor, { ...body, organization: params.org })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/organizations/{org}/archive',
    summary: 'Archive an organisation without services',
    params: inOrganization,
    status: 204,
    async handle({ actor, params, reply }) {
      await archiveOrganization(actor, { organization: params.org })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/organizations/{org}/restore',
    summary: 'Bring an archived organisation back; for those who owned it, and operators',
    params: inOrganization,
    status: 204,
    async handle({ actor, params, reply }) {
      await restoreOrganization(actor, { organization: params.org })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/platform/organizations',
    summary: 'Organisations, who owns them and how large they are, for operators',
    query: ListOrganizationsSchema.extend({ state: several(z.enum(organizationFilters)) }),
    response: OrganizationRowsSchema.meta({ id: 'OrganizationRows' }),
    handle: ({ actor, query }) => listOrganizations(actor, query),
  }),
  route({
    method: 'POST',
    path: '/api/v1/platform/organizations/{org}/owner',
    summary: 'Say who owns an organisation that nobody owns any more',
    params: inOrganization,
    body: AppointOwnerSchema.omit({ organization: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await appointOwner(actor, { ...body, organization: params.org })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/platform/organizations/{org}/powers',
    summary: 'Say what pods of an organisation may have beyond the fence',
    params: inOrganization,
    body: SetClusterPowersSchema.omit({ organization: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await setClusterPowers(actor, { ...body, organization: params.org })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/organizations/{org}/applications/{app}/archive',
    summary: 'Archive an application without services',
    params: inApplication,
    status: 204,
    async handle({ actor, params, reply }) {
      await archiveApplication(actor, { organization: params.org, application: params.app })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/organizations/{org}/applications/{app}/restore',
    summary: 'Bring an archived application back',
    params: inApplication,
    status: 204,
    async handle({ actor, params, reply }) {
      await restoreApplication(actor, { organization: params.org, application: params.app })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/organizations/{org}/applications',
    summary: 'One more application',
    params: inOrganization,
    body: NewApplicationSchema.omit({ organization: true }),
    response: NewApplicationSchema.pick({ slug: true }).meta({ id: 'NewApplication' }),
    status: 201,
    handle: ({ actor, params, body }) => createApplication(actor, { ...body, organization: params.org }),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/organizations/{org}/applications/{app}',
    summary: 'Another name of an application; its address stays',
    params: inApplication,
    body: RenameApplicationSchema.pick({ name: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await renameApplication(actor, { ...body, organization: params.org, application: params.app })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/organizations/{org}/overview',
    summary: 'What waits, what runs, what stands where',
    params: inOrganization,
    query: OverviewAskSchema.pick({ application: true }),
    response: OverviewViewSchema.meta({ id: 'Overview' }),
    handle: ({ actor, params, query }) => getOverview(actor, { ...query, organization: params.org }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/organizations/{org}/find',
    summary: 'Services, deploys, packages, applications and machines by a few letters',
    params: inOrganization,
    query: FindAnythingSchema.pick({ q: true }),
    response: FoundListSchema.meta({ id: 'Found' }),
    handle: ({ actor, params, query }) => findAnything(actor, { ...query, organization: params.org }),
  }),
]
