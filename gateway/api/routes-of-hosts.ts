import { z } from 'zod'
import { PlanPreviewSchema } from '@/lib/deploys/views'
import { ChangeRouteSchema, changeRoute, previewRouteChange } from '@/lib/routes/change-route'
import { checkRoute } from '@/lib/routes/check-route'
import { CreateRouteSchema, createRoute, previewRoute } from '@/lib/routes/create-route'
import { getNewRoute, getRoute } from '@/lib/routes/get-route'
import { ListRoutesSchema, listRoutes } from '@/lib/routes/list-routes'
import { PromoteRouteSchema, previewPromotion, promoteRoute } from '@/lib/routes/promote-route'
import { NewRouteSchema, RouteListSchema, RouteViewSchema } from '@/lib/routes/views'
import { EnvironmentSchema } from '@/lib/views'
import { inApplication, most, OpenedSchema } from './inputs'
import { route } from './route'

const base = '/api/v1/organizations/{org}/applications/{app}/routes'
const one = `${base}/{environment}/{host}` as const
const inProduction = `${base}/production/{host}` as const
const aRoute = inApplication.extend({ environment: EnvironmentSchema, host: z.string().min(1).max(253) })
const place = ({ org, app }: z.output<typeof inApplication>) => ({ organization: org, application: app })
const address = ({ environment, host, ...params }: z.output<typeof aRoute>) => ({ ...place(params), environment, host })
const newBody = CreateRouteSchema.omit({ organization: true, application: true })
const promotionBody = PromoteRouteSchema.omit({ organization: true, application: true, host: true })
const changeBody = ChangeRouteSchema.omit({ organization: true, application: true, environment: true, host: true })

/** Routes: which host leads to which services. Removed and rolled back as any deploy, by the stage that each names. */
export const hostRoutes = [
  route({
    method: 'GET',
    path: base,
    summary: 'Routes of an application: where each leads, and whether it works',
    params: inApplication,
    query: ListRoutesSchema.omit({ organization: true, application: true }),
    response: RouteListSchema.meta({ id: 'RouteList' }),
    handle: ({ actor, params, query }) => listRoutes(actor, { limit: most, ...query, ...place(params) }),
  }),
  route({
    method: 'GET',
    path: `${base}/new`,
    summary: 'What a new route may lead to, and how it may be served',
    params: inApplication,
    response: NewRouteSchema.meta({ id: 'NewRoute' }),
    handle: ({ actor, params }) => getNewRoute(actor, place(params)),
  }),
  route({
    method: 'POST',
    path: base,
    summary: 'Claim a host in an environment, and ask for its first version',
    params: inApplication,
    body: newBody,
    response: OpenedSchema,
    status: 201,
    handle: ({ actor, params, body }) => createRoute(actor, { ...body, ...place(params) }),
  }),
  route({
    method: 'POST',
    path: `${base}/preview`,
    summary: 'The plan of a new route, without asking for it',
    params: inApplication,
    body: newBody,
    response: PlanPreviewSchema,
    handle: ({ actor, params, body }) => previewRoute(actor, { ...body, ...place(params) }),
  }),
  route({
    method: 'GET',
    path: one,
    summary: 'One route, with its status in each cluster, its certificate and its versions',
    params: aRoute,
    response: RouteViewSchema.meta({ id: 'Route' }),
    handle: ({ actor, params }) => getRoute(actor, address(params)),
  }),
  route({
    method: 'PUT',
    path: one,
    summary: 'Ask for another version: where it leads, and how it is served. A certificate without texts keeps the one in force',
    params: aRoute,
    body: changeBody,
    response: OpenedSchema,
    status: 201,
    handle: ({ actor, params, body }) => changeRoute(actor, { ...body, ...address(params) }),
  }),
  route({
    method: 'POST',
    path: `${one}/preview`,
    summary: 'The plan of that, without asking for it',
    params: aRoute,
    body: changeBody,
    response: PlanPreviewSchema,
    handle: ({ actor, params, body }) => previewRouteChange(actor, { ...body, ...address(params) }),
  }),
  route({
    method: 'POST',
    path: `${inProduction}/promote`,
    summary: 'Ask for production to lead where test leads; how it is served there stays its own',
    params: aRoute.omit({ environment: true }),
    body: promotionBody,
    response: OpenedSchema,
    status: 201,
    handle: ({ actor, params: { host, ...params }, body }) => promoteRoute(actor, { ...body, ...place(params), host }),
  }),
  route({
    method: 'POST',
    path: `${inProduction}/promote/preview`,
    summary: 'The plan of that, without asking for it',
    params: aRoute.omit({ environment: true }),
    body: promotionBody,
    response: PlanPreviewSchema,
    handle: ({ actor, params: { host, ...params }, body }) => previewPromotion(actor, { ...body, ...place(params), host }),
  }),
  route({
    method: 'POST',
    path: `${one}/check`,
    summary: 'Ask it now, in all its clusters, whether it answers',
    params: aRoute,
    response: z.object({}),
    handle: async ({ actor, params }) => {
      await checkRoute(actor, address(params))
      return {}
    },
  }),
]
