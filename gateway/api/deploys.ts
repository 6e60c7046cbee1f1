import { Readable } from 'node:stream'
import { z } from 'zod'
import { DriftSchema } from '@/lib/clusters/drift-views'
import { findLiveDiff } from '@/lib/clusters/find-live-diff'
import { getDeploy } from '@/lib/deploys/get-deploy'
import { getDeployDetail } from '@/lib/deploys/get-deploy-detail'
import { ListApprovalsSchema, listApprovals } from '@/lib/deploys/list-approvals'
import { ListDeploysSchema, listDeploys } from '@/lib/deploys/list-deploys'
import { LogMatchesSchema, LogPageSchema } from '@/lib/deploys/log-views'
import { readLog } from '@/lib/deploys/read-log'
import { searchLog } from '@/lib/deploys/search-log'
import { streamLog } from '@/lib/deploys/stream-log'
import {
  ApprovalsViewSchema,
  DeployDetailSchema,
  DeployKindSchema,
  DeployListSchema,
  DeployStateSchema,
  DeployViewSchema,
} from '@/lib/deploys/views'
import { EnvironmentSchema } from '@/lib/views'
import { deployActRoutes } from './deploy-acts'
import { aDeploy, inOrganization, several } from './inputs'
import { route } from './route'

const base = '/api/v1/organizations/{org}'
const one = `${base}/deploys/{number}` as const
const address = ({ org, number }: z.output<typeof aDeploy>) => ({ organization: org, number })

const ofTask = z.object({ task: z.coerce.number().int().min(0).optional() })

const reads = [
  route({
    method: 'GET',
    path: `${base}/deploys`,
    summary: 'Deploys: open ones first, then the newest',
    params: inOrganization,
    query: ListDeploysSchema.omit({ organization: true }).extend({
      state: several(DeployStateSchema),
      kind: several(DeployKindSchema),
      environment: several(EnvironmentSchema),
    }),
    response: DeployListSchema.meta({ id: 'DeployList' }),
    handle: ({ actor, params, query }) => listDeploys(actor, { ...query, organization: params.org }),
  }),
  route({
    method: 'GET',
    path: `${base}/approvals`,
    summary: 'What waits for an approval, and what was decided',
    params: inOrganization,
    query: ListApprovalsSchema.omit({ organization: true }),
    response: ApprovalsViewSchema.meta({ id: 'Approvals' }),
    handle: ({ actor, params, query }) => listApprovals(actor, { ...query, organization: params.org }),
  }),
  route({
    method: 'GET',
    path: one,
    summary: 'One deploy: state, plan, tasks, approvals, what may be done',
    params: aDeploy,
    response: DeployViewSchema.meta({ id: 'Deploy' }),
    etag: (deploy) => String(deploy.revision),
    handle: ({ actor, params }) => getDeploy(actor, address(params)),
  }),
  route({
    method: 'GET',
    path: `${one}/live-diff`,
    summary: 'What it would change in its clusters as they are now; no part of what is signed',
    params: aDeploy,
    response: DriftSchema.meta({ id: 'Drift' }),
    handle: ({ actor, params }) => findLiveDiff(actor, address(params)),
  }),
  route({
    method: 'GET',
    path: `${one}/detail`,
    summary: 'Its diff, the document that approvals sign, and its events',
    params: aDeploy,
    response: DeployDetailSchema.meta({ id: 'DeployDetail' }),
    handle: ({ actor, params }) => getDeployDetail(actor, address(params)),
  }),
]

const logs = [
  route({
    method: 'GET',
    path: `${one}/log`,
    summary: 'Lines of its log by range, of one task or of all',
    params: aDeploy,
    query: ofTask.extend({ from: z.coerce.number().int().min(0).default(0), limit: z.coerce.number().int().min(1).max(2000).default(400) }),
    response: LogPageSchema.meta({ id: 'LogPage' }),
    handle: ({ actor, params, query }) => readLog(actor, { ...address(params), ...query }),
  }),
  route({
    method: 'GET',
    path: `${one}/log/search`,
    summary: 'Where a text occurs in its log',
    params: aDeploy,
    query: ofTask.extend({ q: z.string().min(1).max(200) }),
    response: LogMatchesSchema.meta({ id: 'LogMatches' }),
    handle: ({ actor, params, query }) => searchLog(actor, { ...address(params), ...query }),
  }),
  route({
    method: 'GET',
    path: `${one}/log.txt`,
    summary: 'The whole log as text',
    params: aDeploy,
    produces: 'text/plain',
    async handle({ actor, params, reply }) {
      const text = await streamLog(actor, address(params))
      reply.header('content-type', 'text/plain; charset=utf-8').header('cache-control', 'no-store')
      reply.header('content-disposition', `attachment; filename="deploy-${params.number}.log"`)
      return reply.send(Readable.from(text))
    },
  }),
]

export const deployRoutes = [...reads, ...logs, ...deployActRoutes]
