'use server'

import { action } from '@/app/_server/action'
import { RequestDeploySchema } from '@/lib/deploys/deploy-request'
import { previewDeploy } from '@/lib/deploys/preview-deploy'
import { requestDeploy } from '@/lib/deploys/request-deploy'

export const previewChange = action(RequestDeploySchema, previewDeploy)
export const requestChange = action(RequestDeploySchema, requestDeploy)
