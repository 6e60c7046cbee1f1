import { z } from 'zod'
import type { PersonActor } from '@/lib/auth/actor'
import { ApproveDeploySchema, approveDeploy } from '@/lib/deploys/approve-deploy'
import { CancelDeploySchema, cancelDeploy } from '@/lib/deploys/cancel-deploy'
import { CommentDeploySchema, commentDeploy } from '@/lib/deploys/comment-deploy'
import { RequestDeploySchema } from '@/lib/deploys/deploy-request'
import { type DeployAddress, findRecord } from '@/lib/deploys/find-record'
import { type FollowUpInput, FollowUpSchema, previewFollowUp, requestFollowUp } from '@/lib/deploys/follow-up-deploy'
import { giveUpDeploy } from '@/lib/deploys/give-up-deploy'
import { OverrideApprovalSchema, overrideApproval } from '@/lib/deploys/override-approval'
import { pauseDeploy, resumeDeploy } from '@/lib/deploys/pause-deploy'
import { previewDeploy } from '@/lib/deploys/preview-deploy'
import { RejectDeploySchema, rejectDeploy } from '@/lib/deploys/reject-deploy'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { ReviewOverrideSchema, reviewOverride } from '@/lib/deploys/review-override'
import { DeployStateSchema, PlanPreviewSchema } from '@/lib/deploys/views'
import { withdrawApproval } from '@/lib/deploys/withdraw-approval'
import { AppError } from '@/lib/errors'
import { insistStageOf } from '@/lib/services/insist-stage'
import { aDeploy, inOrganization, OpenedSchema, slug } from './inputs'
import { route } from './route'

const base = '/api/v1/organizations/{org}/deploys'
const MovedSchema = z
  .object({ recordId: z.string(), number: z.int(), state: DeployStateSchema, revision: z.int() })
  .meta({ id: 'MovedDeploy' })

const requests = [
  route({
    method: 'POST',
    path: base,
    summary: 'Ask for a change of a service',
    params: inOrganization,
    body: RequestDeploySchema,
    response: OpenedSchema,
    status: 201,
    async handle({ actor, params, body }) {
      await insistStageOf({ organization: params.org, stageId: body.stageId })
      return requestDeploy(actor, body)
    },
  }),
  route({
    method: 'POST',
    path: `${base}/preview`,
    summary: 'The plan of a change, without asking for it',
    params: inOrganization,
    body: RequestDeploySchema,
    response: PlanPreviewSchema.meta({ id: 'PlanPreview' }),
    async handle({ actor, params, body }) {
      await insistStageOf({ organization: params.org, stageId: body.stageId })
      return previewDeploy(actor, body)
    },
  }),
]

interface ActDescription<B extends z.ZodObject> {
  readonly name: string
  readonly summary: string
  readonly body: B
  readonly act: (actor: PersonActor, input: z.output<B> & { recordId: string }) => Promise<void>
}

/** An act on a record as it is: answers where the record stands then. With If-Match it is done only to the version that was seen. */
const actRoute = <B extends z.ZodObject>({ name, summary, body, act }: ActDescription<B>) =>
  route({
    method: 'POST',
    path: `${base}/{number}/${name}`,
    summary,
    params: aDeploy,
    body: body.prefault({} as never),
    response: MovedSchema,
    async handle({ actor, params, body: input, ifMatch }) {
      const address: DeployAddress = { organization: params.org, number: params.number }
      const seen = await findRecord(actor, address)
      if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== `"${seen.revision}"`)
        throw new AppError('precondition_failed', 'It changed since you looked at it.', { revision: seen.revision })
      await act(actor, { ...(input as z.output<B>), recordId: seen.id })
      const { id, number, state, revision } = await findRecord(actor, address)
      return { recordId: id, number, state, revision }
    },
  })

const nothing = z.object({})

const acts = [
  actRoute({
    name: 'approve',
    summary: 'Sign the plan with this hash',
    body: ApproveDeploySchema.omit({ recordId: true }),
    act: approveDeploy,
  }),
  actRoute({ name: 'reject', summary: 'Say no for good', body: RejectDeploySchema.omit({ recordId: true }), act: rejectDeploy }),
  actRoute({ name: 'withdraw', summary: 'Take one’s own approval back', body: nothing, act: withdrawApproval }),
  actRoute({
    name: 'override',
    summary: 'Let it run without the approvals it lacks, in an emergency',
    body: OverrideApprovalSchema.omit({ recordId: true }),
    act: overrideApproval,
  }),
  actRoute({ name: 'pause', summary: 'Start nothing new', body: nothing, act: pauseDeploy }),
  actRoute({ name: 'resume', summary: 'Go on', body: nothing, act: resumeDeploy }),
  actRoute({ name: 'cancel', summary: 'Cancel it', body: CancelDeploySchema.omit({ recordId: true }), act: cancelDeploy }),
  actRoute({ name: 'give-up', summary: 'Stop waiting for a target that does not confirm a cancel', body: nothing, act: giveUpDeploy }),
]

const followUps: readonly { name: string; follow: FollowUpInput['follow']; summary: string }[] = [
  { name: 'retry', follow: 'retry', summary: 'Ask for the same again, planned from now' },
  { name: 'roll-back', follow: 'roll_back', summary: 'Ask for what was there before it' },
  { name: 'cancel-and-roll-back', follow: 'cancel_and_roll_back', summary: 'Cancel it and ask for what was there before it' },
  { name: 'accept', follow: 'accept', summary: 'Accept what its units run as what is wanted' },
]

const followUpRoutes = followUps.flatMap(({ name, follow, summary }) => [
  route({
    method: 'POST',
    path: `${base}/{number}/${name}`,
    summary,
    params: aDeploy,
    body: FollowUpSchema.pick({ reason: true, expectedHash: true }).prefault({}),
    response: OpenedSchema,
    status: 201,
    async handle({ actor, params, body }) {
      const { id: recordId } = await findRecord(actor, { organization: params.org, number: params.number })
      return requestFollowUp(actor, { ...body, recordId, follow })
    },
  }),
  route({
    method: 'POST',
    path: `${base}/{number}/${name}/preview`,
    summary: `${summary}: its plan, without asking for it`,
    params: aDeploy,
    response: PlanPreviewSchema,
    async handle({ actor, params }) {
      const { id: recordId } = await findRecord(actor, { organization: params.org, number: params.number })
      return previewFollowUp(actor, { recordId, follow })
    },
  }),
])

const words = [
  route({
    method: 'POST',
    path: `${base}/{number}/comments`,
    summary: 'Say something about it; it stays',
    params: aDeploy,
    body: CommentDeploySchema.omit({ recordId: true }),
    response: z.object({ id: z.string() }).meta({ id: 'NewComment' }),
    status: 201,
    async handle({ actor, params, body }) {
      const { id: recordId } = await findRecord(actor, { organization: params.org, number: params.number })
      return commentDeploy(actor, { ...body, recordId })
    },
  }),
  route({
    method: 'POST',
    path: `${base}/{number}/overrides/{override}/review`,
    takesPerson: true,
    summary: 'An owner has looked at an override, and says what to make of it',
    params: aDeploy.extend({ override: slug }),
    body: ReviewOverrideSchema.pick({ note: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      const { id: recordId } = await findRecord(actor, { organization: params.org, number: params.number })
      await reviewOverride(actor, { ...body, recordId, approvalId: params.override })
      return reply.code(204).send()
    },
  }),
]

export const deployActRoutes = [...requests, ...acts, ...followUpRoutes, ...words]
