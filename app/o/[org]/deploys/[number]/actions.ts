'use server'

import { z } from 'zod'
import { action } from '@/app/_server/action'
import { ApproveDeploySchema, approveDeploy } from '@/lib/deploys/approve-deploy'
import { CancelDeploySchema, cancelDeploy } from '@/lib/deploys/cancel-deploy'
import { CommentDeploySchema, commentDeploy } from '@/lib/deploys/comment-deploy'
import { FollowUpSchema, previewFollowUp as previewOf, requestFollowUp as requestOf } from '@/lib/deploys/follow-up-deploy'
import { GiveUpDeploySchema, giveUpDeploy } from '@/lib/deploys/give-up-deploy'
import { OverrideApprovalSchema, overrideApproval } from '@/lib/deploys/override-approval'
import { PauseDeploySchema, pauseDeploy, resumeDeploy } from '@/lib/deploys/pause-deploy'
import { RejectDeploySchema, rejectDeploy } from '@/lib/deploys/reject-deploy'
import { ReviewOverrideSchema, reviewOverride } from '@/lib/deploys/review-override'
import { WithdrawApprovalSchema, withdrawApproval } from '@/lib/deploys/withdraw-approval'

export const approve = action(ApproveDeploySchema, approveDeploy)
export const reject = action(RejectDeploySchema.extend({ planHash: z.string() }), rejectDeploy)
export const withdraw = action(WithdrawApprovalSchema, withdrawApproval)
export const override = action(OverrideApprovalSchema, overrideApproval)
export const pause = action(PauseDeploySchema, pauseDeploy)
export const resume = action(PauseDeploySchema, resumeDeploy)
export const cancel = action(CancelDeploySchema, cancelDeploy)
export const giveUp = action(GiveUpDeploySchema, giveUpDeploy)
export const comment = action(CommentDeploySchema, commentDeploy)
export const review = action(ReviewOverrideSchema, reviewOverride)
export const previewFollowUp = action(FollowUpSchema, previewOf)
export const requestFollowUp = action(FollowUpSchema, requestOf)
