import type { z } from 'zod'
import { PlanPreviewSchema } from '@/lib/deploys/views'
import { changeGroup, previewGroupChange } from '@/lib/groups/change-group'
import { createGroup, previewGroup } from '@/lib/groups/create-group'
import { ListGroupsSchema, listGroups } from '@/lib/groups/list-groups'
import { listTemplates } from '@/lib/groups/list-templates'
import { previewRemoval, RemoveWithDependentsSchema, removeWithDependents } from '@/lib/groups/remove-with-dependents'
import { ChangeGroupSchema, CreateGroupSchema } from '@/lib/groups/schema'
import { GroupListSchema, GroupTemplatesSchema } from '@/lib/groups/views'
import { inApplication, inOrganization, OpenedSchema, slug } from './inputs'
import { route } from './route'

const inApp = '/api/v1/organizations/{org}/applications/{app}'
const place = ({ org, app }: z.output<typeof inApplication>) => ({ organization: org, application: app })
const aGroup = inApplication.extend({ group: slug })
const NewGroup = CreateGroupSchema.omit({ organization: true, application: true })
const aService = inApplication.extend({ service: slug })
const Removal = RemoveWithDependentsSchema.omit({ organization: true, application: true, service: true })
const Change = ChangeGroupSchema.omit({ organization: true, application: true, group: true })

/** Groups: services that are deployed and taken down together. */
export const groupRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/organizations/{org}/group-templates',
    summary: 'Groups that can be deployed as they ship',
    params: inOrganization,
    response: GroupTemplatesSchema.meta({ id: 'GroupTemplates' }),
    handle: ({ actor, params }) => listTemplates(actor, { organization: params.org }),
  }),
  route({
    method: 'GET',
    path: `${inApp}/groups`,
    summary: 'Groups of an application that have something in one environment',
    params: inApplication,
    query: ListGroupsSchema.pick({ environment: true, q: true }),
    response: GroupListSchema.meta({ id: 'GroupList' }),
    handle: ({ actor, params, query }) => listGroups(actor, { ...place(params), ...query }),
  }),
  route({
    method: 'POST',
    path: `${inApp}/groups`,
    summary: 'Create the services of a group and deploy them as one, in the order of their relations',
    params: inApplication,
    body: NewGroup,
    response: OpenedSchema,
    status: 201,
    handle: ({ actor, params, body }) => createGroup(actor, { ...place(params), ...body }),
  }),
  route({
    method: 'POST',
    path: `${inApp}/groups/preview`,
    summary: 'The plan of a new group, without asking for it',
    params: inApplication,
    body: NewGroup,
    response: PlanPreviewSchema,
    handle: ({ actor, params, body }) => previewGroup(actor, { ...place(params), ...body }),
  }),
  route({
    method: 'POST',
    path: `${inApp}/groups/{group}/changes`,
    summary: 'Restart, stop, start or remove every service of a group as one deploy',
    params: aGroup,
    body: Change,
    response: OpenedSchema,
    status: 201,
    handle: ({ actor, params, body }) => changeGroup(actor, { ...place(params), group: params.group, ...body }),
  }),
  route({
    method: 'POST',
    path: `${inApp}/groups/{group}/changes/preview`,
    summary: 'The plan of a change of a group, without asking for it',
    params: aGroup,
    body: Change,
    response: PlanPreviewSchema,
    handle: ({ actor, params, body }) => previewGroupChange(actor, { ...place(params), group: params.group, ...body }),
  }),
  route({
    method: 'POST',
    path: `${inApp}/services/{service}/removal`,
    summary: 'Remove a service, and before it those that cannot be without it, as one deploy',
    params: aService,
    body: Removal,
    response: OpenedSchema,
    status: 201,
    handle: ({ actor, params, body }) => removeWithDependents(actor, { ...place(params), service: params.service, ...body }),
  }),
  route({
    method: 'POST',
    path: `${inApp}/services/{service}/removal/preview`,
    summary: 'The plan of that, without asking for it',
    params: aService,
    body: Removal,
    response: PlanPreviewSchema,
    handle: ({ actor, params, body }) => previewRemoval(actor, { ...place(params), service: params.service, ...body }),
  }),
]
