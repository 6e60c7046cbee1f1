'use server'

import { action } from '@/app/_server/action'
import { RequestDeploySchema } from '@/lib/deploys/deploy-request'
import { previewDeploy } from '@/lib/deploys/preview-deploy'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { SetRelationsSchema, setRelations } from '@/lib/relations/set-relations'

export const changeRelations = action(SetRelationsSchema, setRelations)
export const previewChange = action(RequestDeploySchema, previewDeploy)
export const requestChange = action(RequestDeploySchema, requestDeploy)
