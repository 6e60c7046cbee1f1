'use server'

import { action } from '@/app/_server/action'
import { KeepOutsideSchema, keepOutside as keepChanges } from '@/lib/clusters/keep-outside'
import { RequestDeploySchema } from '@/lib/deploys/deploy-request'
import { previewDeploy } from '@/lib/deploys/preview-deploy'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { ChangeRouteSchema, changeRoute, previewRouteChange } from '@/lib/routes/change-route'
import { checkRoute } from '@/lib/routes/check-route'
import { CreateRouteSchema, createRoute, previewRoute } from '@/lib/routes/create-route'
import { PromoteRouteSchema, previewPromotion as preview, promoteRoute } from '@/lib/routes/promote-route'
import { RouteAddressSchema } from '@/lib/routes/route-address'

export const previewNew = action(CreateRouteSchema, previewRoute)
export const requestNew = action(CreateRouteSchema, createRoute)
export const previewOther = action(ChangeRouteSchema, previewRouteChange)
export const requestOther = action(ChangeRouteSchema, changeRoute)
export const previewChange = action(RequestDeploySchema, previewDeploy)
export const requestChange = action(RequestDeploySchema, requestDeploy)
export const previewPromotion = action(PromoteRouteSchema, preview)
export const promote = action(PromoteRouteSchema, promoteRoute)
export const keepOutside = action(KeepOutsideSchema, keepChanges)
export const check = action(RouteAddressSchema, checkRoute)
