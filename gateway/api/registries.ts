import { z } from 'zod'
import { listRegistries } from '@/lib/registries/list-registries'
import { RegistryAddressSchema } from '@/lib/registries/registry-address'
import { removeRegistry } from '@/lib/registries/remove-registry'
import { SetRegistrySchema, setRegistry } from '@/lib/registries/set-registry'
import { RegistriesSchema } from '@/lib/registries/views'
import { inApplication } from './inputs'
import { route } from './route'

const base = '/api/v1/organizations/{org}/applications/{app}/registries'
const one = `${base}/{environment}/{server}` as const
const aRegistry = inApplication.extend(RegistryAddressSchema.pick({ environment: true, server: true }).shape)
const address = ({ org, app, environment, server }: z.output<typeof aRegistry>) => ({
  organization: org,
  application: app,
  environment,
  server,
})

/** Image registries that pods of an application may pull from: passwords come in and never go out. */
export const registryRoutes = [
  route({
    method: 'GET',
    path: base,
    summary: 'Image registries of an application, and as whom its pods pull from each',
    params: inApplication,
    response: RegistriesSchema.meta({ id: 'Registries' }),
    handle: ({ actor, params }) => listRegistries(actor, { organization: params.org, application: params.app }),
  }),
  route({
    method: 'PUT',
    path: one,
    summary: 'Set user name and password of a registry; new pods pull with it within seconds',
    params: aRegistry,
    body: SetRegistrySchema.pick({ username: true, password: true }),
    response: z.object({ revision: z.int() }).meta({ id: 'RegistryRevision' }),
    handle: ({ actor, params, body }) => setRegistry(actor, { ...body, ...address(params) }),
  }),
  route({
    method: 'DELETE',
    path: one,
    summary: 'Remove a registry: new pods pull from it unknown',
    params: aRegistry,
    status: 204,
    async handle({ actor, params, reply }) {
      await removeRegistry(actor, address(params))
      return reply.code(204).send()
    },
  }),
]
