import { z } from 'zod'
import { addProvider, changeProvider, removeProvider } from '@/lib/sign-in/keep-provider'
import { listProviders } from '@/lib/sign-in/list-providers'
import { AddProviderSchema, ChangeProviderSchema, ProviderRefSchema } from '@/lib/sign-in/schema'
import { testProvider } from '@/lib/sign-in/test-provider'
import { ProvidersViewSchema, testProblems } from '@/lib/sign-in/views'
import { route } from './route'

const providers = '/api/v1/platform/sign-in-providers'
const aProvider = z.object({ provider: ProviderRefSchema.shape.id })

/** Ways to sign in, for operators. A secret goes in and never comes out. */
export const signInRoutes = [
  route({
    method: 'GET',
    path: providers,
    summary: 'Providers by which people sign in',
    response: ProvidersViewSchema.meta({ id: 'SignInProviders' }),
    handle: ({ actor }) => listProviders(actor),
  }),
  route({
    method: 'POST',
    path: providers,
    summary: 'Another provider: OpenID Connect by its issuer, or OAuth 2 by its addresses',
    body: AddProviderSchema,
    response: ProviderRefSchema.meta({ id: 'NewSignInProvider' }),
    status: 201,
    handle: ({ actor, body }) => addProvider(actor, body),
  }),
  route({
    method: 'PUT',
    path: `${providers}/{provider}`,
    summary: 'Change a provider’s name, client, domains, or whether it lets anybody in',
    params: aProvider,
    body: ChangeProviderSchema.omit({ id: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await changeProvider(actor, { ...body, id: params.provider })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: `${providers}/{provider}/test`,
    summary: 'Ask a provider what a sign-in will ask, and say what is wrong',
    params: aProvider,
    response: z.object({ problem: z.enum(testProblems).nullable() }).meta({ id: 'SignInProviderTest' }),
    handle: ({ actor, params }) => testProvider(actor, { id: params.provider }),
  }),
  route({
    method: 'DELETE',
    path: `${providers}/{provider}`,
    summary: 'Remove a provider, and with it who was known by it',
    params: aProvider,
    status: 204,
    async handle({ actor, params, reply }) {
      await removeProvider(actor, { id: params.provider })
      return reply.code(204).send()
    },
  }),
]
