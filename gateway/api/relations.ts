import { z } from 'zod'
import { acceptOffer } from '@/lib/relations/accept-offer'
import { ChangeExternalSchema, changeExternal } from '@/lib/relations/change-external'
import { endOffer } from '@/lib/relations/end-offer'
import { AddExternalSchema, addExternal, removeExternal } from '@/lib/relations/external-services'
import { GetRelationMapSchema, getRelationMap } from '@/lib/relations/get-relation-map'
import { getServiceRelations } from '@/lib/relations/get-service-relations'
import { listOffers } from '@/lib/relations/list-offers'
import { OfferRelationSchema, offerRelation } from '@/lib/relations/offer-relation'
import { SetRelationsSchema, setRelations } from '@/lib/relations/set-relations'
import { RelationMapSchema, RelationOffersSchema, ServiceRelationsSchema } from '@/lib/relations/views'
import { EnvironmentSchema } from '@/lib/views'
import { inApplication, slug } from './inputs'
import { route } from './route'

const inApp = '/api/v1/organizations/{org}/applications/{app}'
const place = ({ org, app }: z.output<typeof inApplication>) => ({ organization: org, application: app })

/** Relations: who needs whom, and what is needed from outside. */
export const relationRoutes = [
  route({
    method: 'GET',
    path: `${inApp}/relations`,
    summary: 'Services of an application in one environment, and what they are to each other',
    params: inApplication,
    query: GetRelationMapSchema.pick({ q: true }).extend({ environment: EnvironmentSchema.optional() }),
    response: RelationMapSchema.meta({ id: 'RelationMap' }),
    handle: ({ actor, params, query }) => getRelationMap(actor, { ...place(params), ...query }),
  }),
  route({
    method: 'GET',
    path: `${inApp}/services/{service}/relations`,
    summary: 'What one service needs and gives, who is on the other side, and who could be',
    params: inApplication.extend({ service: slug }),
    query: z.object({ environment: EnvironmentSchema.optional() }),
    response: ServiceRelationsSchema.meta({ id: 'ServiceRelations' }),
    handle: ({ actor, params, query }) => getServiceRelations(actor, { ...place(params), name: params.service, ...query }),
  }),
  route({
    method: 'PUT',
    path: `${inApp}/services/{service}/relations`,
    summary: 'Choose who fulfils requirements of a service in one environment',
    params: inApplication.extend({ service: slug }),
    body: SetRelationsSchema.pick({ environment: true, relations: true }),
    response: z.object({}),
    handle: async ({ actor, params, body }) => {
      await setRelations(actor, { ...place(params), name: params.service, ...body })
      return {}
    },
  }),
  route({
    method: 'POST',
    path: `${inApp}/external-services`,
    summary: 'Name something that services need and nobody here runs',
    params: inApplication,
    body: AddExternalSchema.omit({ organization: true, application: true }),
    response: z.object({ id: z.string() }),
    status: 201,
    handle: ({ actor, params, body }) => addExternal(actor, { ...place(params), ...body }),
  }),
  route({
    method: 'PUT',
    path: `${inApp}/external-services/{external}`,
    summary: 'Say where it is from now on; the services that take it are told',
    params: inApplication.extend({ external: slug }),
    body: ChangeExternalSchema.pick({ endpoints: true, seen: true }),
    response: z.object({}),
    handle: async ({ actor, params, body }) => {
      await changeExternal(actor, { ...place(params), id: params.external, ...body })
      return {}
    },
  }),
  route({
    method: 'DELETE',
    path: `${inApp}/external-services/{external}`,
    summary: 'Forget something that no service needs any more',
    params: inApplication.extend({ external: slug }),
    response: z.object({}),
    handle: async ({ actor, params }) => {
      await removeExternal(actor, { ...place(params), id: params.external })
      return {}
    },
  }),
  route({
    method: 'GET',
    path: `${inApp}/relation-offers`,
    summary: 'What an application lends to others in one environment, and what others lend it',
    params: inApplication,
    query: z.object({ environment: EnvironmentSchema }),
    response: RelationOffersSchema.meta({ id: 'RelationOffers' }),
    handle: ({ actor, params, query }) => listOffers(actor, { ...place(params), ...query }),
  }),
  route({
    method: 'POST',
    path: `${inApp}/relation-offers`,
    summary: 'Lend a service to another application, which has to accept it',
    params: inApplication,
    body: OfferRelationSchema.omit({ organization: true, application: true }),
    response: z.object({ id: z.string() }),
    status: 201,
    handle: ({ actor, params, body }) => offerRelation(actor, { ...place(params), ...body }),
  }),
  route({
    method: 'POST',
    path: `${inApp}/relation-offers/{offer}/accept`,
    summary: 'Accept what another application lends',
    params: inApplication.extend({ offer: slug }),
    response: z.object({}),
    handle: async ({ actor, params }) => {
      await acceptOffer(actor, { ...place(params), id: params.offer })
      return {}
    },
  }),
  route({
    method: 'DELETE',
    path: `${inApp}/relation-offers/{offer}`,
    summary: 'Withdraw an offer, or decline or give back what another application lends',
    params: inApplication.extend({ offer: slug }),
    response: z.object({}),
    handle: async ({ actor, params }) => {
      await endOffer(actor, { ...place(params), id: params.offer })
      return {}
    },
  }),
]
