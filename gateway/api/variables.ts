import { z } from 'zod'
import { CreateVariableSchema, createVariable } from '@/lib/variables/create-variable'
import { VariableAddressSchema } from '@/lib/variables/find-place'
import { ListVariablesSchema, listVariables } from '@/lib/variables/list-variables'
import { removeVariable } from '@/lib/variables/remove-variable'
import { RotateVariableSchema, rotateVariable } from '@/lib/variables/rotate-variable'
import { VariablesSchema } from '@/lib/variables/views'
import { inApplication, most } from './inputs'
import { route } from './route'

const base = '/api/v1/organizations/{org}/applications/{app}/variables'
const one = `${base}/{environment}/{name}` as const
const aVariable = inApplication.extend(VariableAddressSchema.pick({ environment: true, name: true }).shape)
const address = ({ org, app, environment, name }: z.output<typeof aVariable>) => ({
  organization: org,
  application: app,
  environment,
  name,
})
const VersionSchema = z.object({ version: z.int() }).meta({ id: 'VariableVersion' })

/** Variables of an application: values of secrets come in and never go out. */
export const variableRoutes = [
  route({
    method: 'GET',
    path: base,
    summary: 'Variables of an application, with their versions and who takes them',
    params: inApplication,
    query: ListVariablesSchema.omit({ organization: true, application: true }),
    response: VariablesSchema.meta({ id: 'Variables' }),
    handle: ({ actor, params, query }) =>
      listVariables(actor, { limit: most, ...query, organization: params.org, application: params.app }),
  }),
  route({
    method: 'POST',
    path: base,
    summary: 'Add a variable in one environment',
    params: inApplication,
    body: CreateVariableSchema.omit({ organization: true, application: true }),
    response: VersionSchema,
    status: 201,
    handle: ({ actor, params, body }) => createVariable(actor, { ...body, organization: params.org, application: params.app }),
  }),
  route({
    method: 'POST',
    path: `${one}/rotate`,
    summary: 'A new version of a variable; it runs once the services that take it are deployed',
    params: aVariable,
    body: RotateVariableSchema.pick({ value: true, seenVersion: true }),
    response: VersionSchema,
    handle: ({ actor, params, body }) => rotateVariable(actor, { ...body, ...address(params) }),
  }),
  route({
    method: 'DELETE',
    path: one,
    summary: 'Remove a variable that no service takes',
    params: aVariable,
    status: 204,
    async handle({ actor, params, reply }) {
      await removeVariable(actor, address(params))
      return reply.code(204).send()
    },
  }),
]
