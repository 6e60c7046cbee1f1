import { Readable } from 'node:stream'
import { z } from 'zod'
import { exportResults } from '@/lib/commands/export-results'
import { ListPlatformDeploysSchema, listPlatformDeploys } from '@/lib/commands/list-platform-deploys'
import { CommandRowsAskSchema, listCommandRows, readCommand, readCommandOutput } from '@/lib/commands/read-command'
import { previewCommand, runCommand } from '@/lib/commands/run-command'
import { previewOnMachines, runOnMachines } from '@/lib/commands/run-on-machines'
import {
  CommandOfServiceSchema,
  CommandOutputSchema,
  CommandPreviewSchema,
  CommandRowsSchema,
  CommandStandSchema,
  RunOnMachinesSchema,
} from '@/lib/commands/views'
import { cancelDeploy } from '@/lib/deploys/cancel-deploy'
import { findRecord } from '@/lib/deploys/find-record'
import { getDeploy } from '@/lib/deploys/get-deploy'
import { getDeployDetail } from '@/lib/deploys/get-deploy-detail'
import { giveUpDeploy } from '@/lib/deploys/give-up-deploy'
import { pauseDeploy, resumeDeploy } from '@/lib/deploys/pause-deploy'
import { DeployDetailSchema, DeployListSchema, DeployViewSchema } from '@/lib/deploys/views'
import { aDeploy, inApplication, OpenedSchema, slug } from './inputs'
import { route } from './route'

const ofService = '/api/v1/organizations/{org}/applications/{app}/services/{service}/commands'
const aService = inApplication.extend({ service: slug })
const platform = '/api/v1/platform/deploys'
const aNumber = aDeploy.pick({ number: true })

const serviceOf = ({ org, app, service }: z.output<typeof aService>) => ({ organization: org, application: app, name: service })

const requests = [
  route({
    method: 'POST',
    path: ofService,
    summary: 'Run a command or a script on its units',
    params: aService,
    body: CommandOfServiceSchema,
    response: OpenedSchema,
    status: 201,
    handle: ({ actor, params, body }) => runCommand(actor, { ...body, ...serviceOf(params) }),
  }),
  route({
    method: 'POST',
    path: `${ofService}/preview`,
    summary: 'The exact targets of a command, without sending it',
    params: aService,
    body: CommandOfServiceSchema,
    response: CommandPreviewSchema.meta({ id: 'CommandPreview' }),
    handle: ({ actor, params, body }) => previewCommand(actor, { ...body, ...serviceOf(params) }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/platform/commands',
    summary: 'Run a command or script on machines (operators)',
    body: RunOnMachinesSchema,
    response: OpenedSchema,
    status: 201,
    handle: ({ actor, body }) => runOnMachines(actor, body),
  }),
  route({
    method: 'POST',
    path: '/api/v1/platform/commands/preview',
    summary: 'The exact machines of a command, without sending it (operators)',
    body: RunOnMachinesSchema,
    response: CommandPreviewSchema,
    handle: ({ actor, body }) => previewOnMachines(actor, body),
  }),
]

type Address = { organization: string | null; number: number }

/** The same reads for the records of an organisation and for those of the platform. */
const readsOf = (base: `/api/v1/${string}`, params: z.ZodObject, addressOf: (params: never) => Address) => [
  route({
    method: 'GET',
    path: `${base}/{number}/command`,
    summary: 'How a command stands: counts, a letter a target, and what they printed, grouped by what is alike',
    params,
    response: CommandStandSchema.meta({ id: 'CommandStand' }),
    handle: ({ actor, params: found }) => readCommand(actor, addressOf(found as never)),
  }),
  route({
    method: 'GET',
    path: `${base}/{number}/command/targets`,
    summary: 'Its targets with state, exit code and times',
    params,
    query: CommandRowsAskSchema,
    response: CommandRowsSchema.meta({ id: 'CommandRows' }),
    handle: ({ actor, params: found, query }) => listCommandRows(actor, { ...query, ...addressOf(found as never) }),
  }),
  route({
    method: 'GET',
    path: `${base}/{number}/command/targets/{index}/output`,
    summary: 'What one target printed',
    params: params.extend({ index: z.coerce.number().int().min(0).max(1_000_000) }),
    response: CommandOutputSchema.meta({ id: 'CommandOutput' }),
    handle: ({ actor, params: found }) => readCommandOutput(actor, { ...addressOf(found as never), index: Number(found.index) }),
  }),
  ...(['csv', 'jsonl'] as const).map((as) =>
    route({
      method: 'GET',
      path: `${base}/{number}/command/results.${as}`,
      summary: `All targets with what they printed, as ${as === 'csv' ? 'CSV' : 'JSON lines'}`,
      params,
      produces: as === 'csv' ? 'text/csv' : 'application/jsonl',
      async handle({ actor, params: found, reply }) {
        const address = addressOf(found as never)
        const text = await exportResults(actor, { ...address, as })
        reply
          .header('content-type', `${as === 'csv' ? 'text/csv' : 'application/jsonl'}; charset=utf-8`)
          .header('cache-control', 'no-store')
        reply.header('content-disposition', `attachment; filename="command-${address.number}.${as}"`)
        return reply.send(Readable.from(text))
      },
    }),
  ),
]

const acts = { cancel: cancelDeploy, pause: pauseDeploy, resume: resumeDeploy, 'give-up': giveUpDeploy } as const
const actSummaries = {
  cancel: 'Cancel it',
  pause: 'Start nothing new',
  resume: 'Go on',
  'give-up': 'Stop waiting for machines that do not confirm a cancel',
}

const ofPlatform = [
  route({
    method: 'GET',
    path: platform,
    summary: 'What operators have done to machines, newest first',
    query: ListPlatformDeploysSchema,
    response: DeployListSchema,
    handle: ({ actor, query }) => listPlatformDeploys(actor, query),
  }),
  route({
    method: 'GET',
    path: `${platform}/{number}`,
    summary: 'One of them',
    params: aNumber,
    response: DeployViewSchema,
    handle: ({ actor, params }) => getDeploy(actor, { organization: null, number: params.number }),
  }),
  route({
    method: 'GET',
    path: `${platform}/{number}/detail`,
    summary: 'Its plan and its events',
    params: aNumber,
    response: DeployDetailSchema,
    handle: ({ actor, params }) => getDeployDetail(actor, { organization: null, number: params.number }),
  }),
  ...(Object.keys(acts) as (keyof typeof acts)[]).map((name) =>
    route({
      method: 'POST',
      path: `${platform}/{number}/${name}`,
      summary: actSummaries[name],
      params: aNumber,
      status: 204,
      async handle({ actor, params, reply }) {
        const { id } = await findRecord(actor, { organization: null, number: params.number })
        await acts[name](actor, { recordId: id })
        return reply.code(204).send()
      },
    }),
  ),
]

/** Commands on units and machines, and the platform's own records. */
export const commandRoutes = [
  ...requests,
  ...readsOf('/api/v1/organizations/{org}/deploys', aDeploy, ({ org, number }: z.output<typeof aDeploy>) => ({
    organization: org,
    number,
  })),
  ...readsOf(platform, aNumber, ({ number }: z.output<typeof aNumber>) => ({ organization: null, number })),
  ...ofPlatform,
]
