import { Readable } from 'node:stream'
import { z } from 'zod'
import { DeletePodSchema, deletePod } from '@/lib/clusters/delete-pod'
import { DriftSchema } from '@/lib/clusters/drift-views'
import { FindDriftSchema, findDrift } from '@/lib/clusters/find-drift'
import { FollowPodLogsSchema, followPodLogs } from '@/lib/clusters/follow-pod-logs'
import { GetPodUsageSchema, getPodUsage } from '@/lib/clusters/get-pod-usage'
import { KeepOutsideSchema, keepOutside } from '@/lib/clusters/keep-outside'
import { ListEndpointsSchema, listEndpoints } from '@/lib/clusters/list-endpoints'
import { ListEventsSchema, listEvents } from '@/lib/clusters/list-events'
import { ListPodsSchema, listPods } from '@/lib/clusters/list-pods'
import { EndpointListSchema, EventListSchema, ObjectTextSchema, PodListSchema, PodUsageSchema } from '@/lib/clusters/object-views'
import { type PodLine, PodLogSchema } from '@/lib/clusters/pod-log-views'
import { ReadObjectSchema, readObject } from '@/lib/clusters/read-object'
import { PodNameSchema, ReadPodLogSchema, readPodLog } from '@/lib/clusters/read-pod-log'
import { ReadOutputSchema, readOutput } from '@/lib/output/read-output'
import { streamOutput } from '@/lib/output/stream-output'
import { OutputPageSchema } from '@/lib/output/views'
import { inApplication, inOrganization, several, slug } from './inputs'
import { route } from './route'

const one = '/api/v1/organizations/{org}/applications/{app}/services/{service}/output'
const aService = inApplication.extend({ service: slug })
const query = ReadOutputSchema.extend({ units: several(z.string().max(64)) })
const address = ({ org, app, service }: z.output<typeof aService>) => ({ organization: org, application: app, name: service })

const pods = '/api/v1/organizations/{org}/applications/{app}/services/{service}/pods'
const follow = FollowPodLogsSchema.extend({ pods: several(PodNameSchema), timestamps: z.enum(['true', 'false']).default('true') })

async function* eventsOf(lines: AsyncGenerator<PodLine | null>): AsyncGenerator<string> {
  yield 'retry: 1000\n\n'
  for await (const line of lines) {
    const id = line?.stamp ? `id: ${line.stamp}\n` : ''
    yield line ? `${id}data: ${JSON.stringify(line)}\n\n` : ':\n\n'
  }
}

async function* textOf(lines: AsyncGenerator<PodLine | null>, isStamped: boolean): AsyncGenerator<string> {
  for await (const line of lines) if (line) yield `${isStamped && line.stamp ? `${line.stamp} ` : ''}[${line.pod}] ${line.text}\n`
}

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
    method: 'POST',
    path: '/api/v1/organizations/{org}/applications/{app}/services/{service}/drift/keep',
    summary: 'Let be what others changed of it in its clusters',
    params: aService,
    body: KeepOutsideSchema.pick({ environment: true, prints: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await keepOutside(actor, { ...body, ...address(params) })
      return reply.code(204).send()
    },
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
    path: `${pods}/log/stream`,
    summary: 'What several of its pods print, as it comes: a line an event; goes on after Last-Event-ID',
    params: aService,
    query: follow,
    produces: 'text/event-stream',
    async handle({ actor, params, query: ask, request, reply, signal }) {
      const last = String(request.headers['last-event-id'] ?? '')
      const after = /^\d{4}-[0-9T:.+-]{1,60}Z?$/.test(last) ? last : undefined
      const lines = await followPodLogs(actor, { ...ask, ...address(params) }, { isFollowed: true, after, signal })
      reply.header('content-type', 'text/event-stream').header('cache-control', 'no-cache, no-transform').header('x-accel-buffering', 'no')
      return reply.send(Readable.from(eventsOf(lines)))
    },
  }),
  route({
    method: 'GET',
    path: `${pods}/log.txt`,
    summary: 'What its pods have printed, as text',
    params: aService,
    query: follow,
    produces: 'text/plain',
    async handle({ actor, params, query: ask, reply, signal }) {
      const lines = await followPodLogs(actor, { ...ask, ...address(params) }, { isFollowed: false, signal })
      reply.header('content-type', 'text/plain; charset=utf-8').header('cache-control', 'no-store')
      reply.header('content-disposition', `attachment; filename="${params.service.replace(/[^a-z0-9-]/g, '')}.log"`)
      return reply.send(Readable.from(textOf(lines, ask.timestamps === 'true')))
    },
  }),
  route({
    method: 'DELETE',
    path: `${pods}/{pod}`,
    summary: 'End one of its pods; its cluster makes another',
    params: aService.extend({ pod: PodNameSchema }),
    query: DeletePodSchema.pick({ environment: true }),
    status: 204,
    async handle({ actor, params, query: ask, reply }) {
      await deletePod(actor, { ...ask, ...address(params), pod: params.pod })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/organizations/{org}/applications/{app}/services/{service}/objects',
    summary: 'One object that was made for it in a cluster, as it is there now',
    params: aService,
    query: ReadObjectSchema,
    response: ObjectTextSchema.meta({ id: 'ClusterObject' }),
    handle: ({ actor, params, query: ask }) => readObject(actor, { ...ask, ...address(params) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/organizations/{org}/applications/{app}/services/{service}/endpoints',
    summary: 'Its addresses inside its clusters, and who answers there',
    params: aService,
    query: ListEndpointsSchema,
    response: EndpointListSchema.meta({ id: 'EndpointList' }),
    handle: ({ actor, params, query: ask }) => listEndpoints(actor, { ...ask, ...address(params) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/organizations/{org}/applications/{app}/services/{service}/events',
    summary: 'What its clusters said of its objects and pods lately, asked of them now',
    params: aService,
    query: ListEventsSchema,
    response: EventListSchema.meta({ id: 'ClusterEventList' }),
    handle: ({ actor, params, query: ask }) => listEvents(actor, { ...ask, ...address(params) }),
  }),
  route({
    method: 'GET',
    path: `${pods}/usage`,
    summary: 'What its pods use now, where their cluster measures it',
    params: aService,
    query: GetPodUsageSchema,
    response: PodUsageSchema.meta({ id: 'PodUsage' }),
    handle: ({ actor, params, query: ask }) => getPodUsage(actor, { ...ask, ...address(params) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/organizations/{org}/pods',
    summary: 'Pods of all services that one may see, by service, cluster, subset and address',
    params: inOrganization,
    query: ListPodsSchema,
    response: PodListSchema.meta({ id: 'PodList' }),
    handle: ({ actor, params, query: ask }) => listPods(actor, { ...ask, organization: params.org }),
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
