import { Readable } from 'node:stream'
import { z } from 'zod'
import { DriftSchema } from '@/lib/clusters/drift-views'
import { FindDriftSchema, findDrift } from '@/lib/clusters/find-drift'
import { PodLogSchema } from '@/lib/clusters/pod-log-views'
import { ReadPodLogSchema, readPodLog } from '@/lib/clusters/read-pod-log'
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
    path: '/api/v1/organizations/{org}/applications/{app}/services/{service}/drift',
    summary: 'What in its clusters is not as its release says, and who keeps it so',
    params: aService,
    query: FindDriftSchema,
    response: DriftSchema.meta({ id: 'Drift' }),
    handle: ({ actor, params, query: ask }) => findDrift(actor, { ...ask, ...address(params) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/organizations/{org}/applications/{app}/services/{service}/pods/log',
    summary: 'The end of what one of its pods prints, asked of its cluster',
    params: aService,
    query: ReadPodLogSchema,
    response: PodLogSchema.meta({ id: 'PodLog' }),
    handle: ({ actor, params, query: ask }) => readPodLog(actor, { ...ask, ...address(params) }),
  }),
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
