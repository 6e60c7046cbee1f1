import { z } from 'zod'
import { AddPlacementSchema, addPlacement, previewPlacement } from '@/lib/deploys/add-placement'
import { CreateServiceSchema, createService, previewService } from '@/lib/deploys/create-service'
import { CreateStageSchema, createStage, previewStage } from '@/lib/deploys/create-stage'
import { PlanPreviewSchema } from '@/lib/deploys/views'
import { GetServiceUsageSchema, getServiceUsage } from '@/lib/samples/get-service-usage'
import { ServiceUsageSchema } from '@/lib/samples/views'
import { GetNewServiceSchema, getNewService } from '@/lib/services/get-new-service'
import { GetServiceSchema, getService } from '@/lib/services/get-service'
import { listPlaces } from '@/lib/services/list-places'
import { ListServicesSchema, listServices } from '@/lib/services/list-services'
import { NewServiceViewSchema } from '@/lib/services/new-service-views'
import { PlacesSchema } from '@/lib/services/place-views'
import { ReadStatusSchema, readStatus, ServiceStatusSchema } from '@/lib/services/read-status'
import { SetRulesSchema, setRules } from '@/lib/services/set-rules'
import { HealthSchema, ServiceListSchema, ServiceViewSchema } from '@/lib/services/views'
import { EnvironmentSchema } from '@/lib/views'
import { inApplication, inOrganization, OpenedSchema, several, slug } from './inputs'
import { route } from './route'

const inOrg = '/api/v1/organizations/{org}'
const inApp = `${inOrg}/applications/{app}` as const

const filters = ListServicesSchema.omit({ organization: true, application: true }).extend({
  environment: several(EnvironmentSchema),
  health: several(HealthSchema),
  runtime: several(z.string().max(100)),
  package: several(z.string().max(100)),
})
const body = CreateServiceSchema.omit({ organization: true, application: true })
const stageBody = CreateStageSchema.omit({ organization: true, application: true, service: true })
const placementBody = AddPlacementSchema.omit({ organization: true, application: true, service: true })
const place = ({ org, app }: z.output<typeof inApplication>) => ({ organization: org, application: app })

/** Services: a row a stage, one with all its page shows, and what is needed to make another. */
export const serviceRoutes = [
  route({
    method: 'GET',
    path: `${inOrg}/services`,
    summary: 'Services of all applications one may see, a row an environment',
    params: inOrganization,
    query: filters,
    response: ServiceListSchema.meta({ id: 'ServiceList' }),
    handle: ({ actor, params, query }) => listServices(actor, { ...query, organization: params.org }),
  }),
  route({
    method: 'GET',
    path: `${inApp}/services`,
    summary: 'Services of an application, a row an environment',
    params: inApplication,
    query: filters,
    response: ServiceListSchema,
    handle: ({ actor, params, query }) => listServices(actor, { ...query, ...place(params) }),
  }),
  route({
    method: 'POST',
    path: `${inApp}/services`,
    summary: 'Create a service and ask for its installation',
    params: inApplication,
    body,
    response: OpenedSchema.extend({ serviceId: z.string() }).meta({ id: 'CreatedService' }),
    status: 201,
    handle: ({ actor, params, body: input }) => createService(actor, { ...input, ...place(params) }),
  }),
  route({
    method: 'POST',
    path: `${inApp}/services/preview`,
    summary: 'The plan of a new service, without asking for it',
    params: inApplication,
    body,
    response: PlanPreviewSchema,
    handle: ({ actor, params, body: input }) => previewService(actor, { ...input, ...place(params) }),
  }),
  route({
    method: 'GET',
    path: `${inApp}/services/{service}`,
    summary: 'One service in one environment, with its status',
    params: inApplication.extend({ service: slug }),
    query: GetServiceSchema.pick({ environment: true }),
    response: ServiceViewSchema.meta({ id: 'Service' }),
    etag: (service) => String(service.revision),
    handle: ({ actor, params, query }) => getService(actor, { ...place(params), name: params.service, environment: query.environment }),
  }),
  route({
    method: 'POST',
    path: `${inApp}/services/{service}/stages`,
    summary: 'Bring a service to its other environment, by itself or from a release of where it is',
    params: inApplication.extend({ service: slug }),
    body: stageBody,
    response: OpenedSchema,
    status: 201,
    handle: ({ actor, params, body: input }) => createStage(actor, { ...input, ...place(params), service: params.service }),
  }),
  route({
    method: 'POST',
    path: `${inApp}/services/{service}/stages/preview`,
    summary: 'The plan of that, without asking for it',
    params: inApplication.extend({ service: slug }),
    body: stageBody,
    response: PlanPreviewSchema,
    handle: ({ actor, params, body: input }) => previewStage(actor, { ...input, ...place(params), service: params.service }),
  }),
  route({
    method: 'POST',
    path: `${inApp}/services/{service}/placements`,
    summary: 'Bring a service that runs in clusters to one more, with the release that it has',
    params: inApplication.extend({ service: slug }),
    body: placementBody,
    response: OpenedSchema,
    status: 201,
    handle: ({ actor, params, body: input }) => addPlacement(actor, { ...input, ...place(params), service: params.service }),
  }),
  route({
    method: 'POST',
    path: `${inApp}/services/{service}/placements/preview`,
    summary: 'The plan of that, without asking for it',
    params: inApplication.extend({ service: slug }),
    body: placementBody,
    response: PlanPreviewSchema,
    handle: ({ actor, params, body: input }) => previewPlacement(actor, { ...input, ...place(params), service: params.service }),
  }),
  route({
    method: 'GET',
    path: `${inApp}/services/{service}/status`,
    summary: 'How one service does in one environment, for those who ask often',
    params: inApplication.extend({ service: slug }),
    query: ReadStatusSchema.pick({ environment: true }),
    response: ServiceStatusSchema.meta({ id: 'ServiceStatus' }),
    handle: ({ actor, params, query }) => readStatus(actor, { ...place(params), name: params.service, environment: query.environment }),
  }),
  route({
    method: 'GET',
    path: `${inApp}/services/{service}/usage`,
    summary: 'What its units have used in the last day',
    params: inApplication.extend({ service: slug }),
    query: GetServiceUsageSchema.pick({ environment: true }),
    response: ServiceUsageSchema.meta({ id: 'ServiceUsage' }),
    handle: ({ actor, params, query }) =>
      getServiceUsage(actor, { ...place(params), name: params.service, environment: query.environment }),
  }),
  route({
    method: 'PUT',
    path: `${inApp}/services/{service}/placements/{placement}/rules`,
    summary: 'What a placement asks of its machines: spread, neighbours, labels',
    params: inApplication.extend({ service: slug, placement: slug }),
    body: SetRulesSchema.shape.rules,
    status: 204,
    async handle({ actor, params, body: rules, reply }) {
      await setRules(actor, { ...place(params), service: params.service, placementId: params.placement, rules })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'GET',
    path: `${inApp}/services/{service}/units/{unit}/places`,
    summary: 'Machines that a unit could be moved to, the best first, and why others cannot take it',
    params: inApplication.extend({ service: slug, unit: slug }),
    response: PlacesSchema.meta({ id: 'Places' }),
    handle: ({ actor, params }) => listPlaces(actor, { ...place(params), service: params.service, unitId: params.unit }),
  }),
  route({
    method: 'GET',
    path: `${inApp}/new-service`,
    summary: 'What a new service of a package can be made of',
    params: inApplication,
    query: GetNewServiceSchema.pick({ package: true, version: true, from: true }),
    response: NewServiceViewSchema.meta({ id: 'NewService' }),
    handle: ({ actor, params, query }) => getNewService(actor, { ...place(params), ...query }),
  }),
]
