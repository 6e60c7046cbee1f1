import { Readable } from 'node:stream'
import { z } from 'zod'
import { ReadOutputSchema, readOutput } from '@/lib/output/read-output'
import { streamOutput } from '@/lib/output/stream-output'
import { OutputPageSchema } from '@/lib/output/views'
import { inApplication, several, slug } from './inputs'
import { route } from './route'

const one = '/api/v1/organizations/{org}/applications/{app}/services/{service}/output'
const aService = inApplication.extend({ service: slug })
const query = ReadOutputSchema.extend({ units: several(z.string().max(64)) })
const address = ({ org, app, service }: z.output<typeof aService>) => ({ organization: org, application: app, name: service })

/** What the processes of a service's units print. */
export const outputRoutes = [
  route({
    method: 'GET',
    path: one,
    summary: 'What its units print: the last lines, or those after or before a cursor',
    params: aService,
    query,
    response: OutputPageSchema.meta({ id: 'OutputPage' }),
    handle: ({ actor, params, query: ask }) => readOutput(actor, { ...ask, ...address(params) }),
  }),
  route({
    method: 'GET',
    path: `${one}.txt`,
    summary: 'All that is kept of it, as text',
    params: aService,
    query: query.pick({ environment: true, units: true, run: true }),
    produces: 'text/plain',
    async handle({ actor, params, query: ask, reply }) {
      const text = await streamOutput(actor, { ...ask, ...address(params) })
      reply.header('content-type', 'text/plain; charset=utf-8').header('cache-control', 'no-store')
      reply.header('content-disposition', `attachment; filename="${params.service.replace(/[^a-z0-9-]/g, '')}.log"`)
      return reply.send(Readable.from(text))
    },
  }),
]
