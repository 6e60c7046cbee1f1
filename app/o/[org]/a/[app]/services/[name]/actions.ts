'use server'

import { z } from 'zod'
import { action } from '@/app/_server/action'
import { DeletePodSchema, deletePod as endPod } from '@/lib/clusters/delete-pod'
import { KeepOutsideSchema, keepOutside as keepChanges } from '@/lib/clusters/keep-outside'
import { AddPlacementSchema, addPlacement, previewPlacement as previewPlaced } from '@/lib/deploys/add-placement'
import { CreateStageSchema, createStage, previewStage as previewOf } from '@/lib/deploys/create-stage'
import { RequestDeploySchema } from '@/lib/deploys/deploy-request'
import { previewDeploy } from '@/lib/deploys/preview-deploy'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { previewRemoval as previewWhole, RemoveWithDependentsSchema, removeWithDependents } from '@/lib/groups/remove-with-dependents'
import { SetRelationsSchema, setRelations } from '@/lib/relations/set-relations'
import { SetRulesSchema, setRules } from '@/lib/services/set-rules'

export const keepOutside = action(KeepOutsideSchema, keepChanges)
export const deletePod = action(DeletePodSchema, endPod)
export const changeRules = action(SetRulesSchema, setRules)
export const changeRelations = action(SetRelationsSchema, setRelations)
/** The page speaks of slugs; everything else is the use case's own. */
const Wish = CreateStageSchema.omit({ organization: true, application: true }).extend({
  organizationSlug: z.string(),
  applicationSlug: z.string(),
})

const Place = AddPlacementSchema.omit({ organization: true, application: true }).extend({
  organizationSlug: z.string(),
  applicationSlug: z.string(),
})

const inputOf = <T extends { organizationSlug: string; applicationSlug: string }>({ organizationSlug, applicationSlug, ...wish }: T) => ({
  ...wish,
  organization: organizationSlug,
  application: applicationSlug,
})

export const previewChange = action(RequestDeploySchema, previewDeploy)
export const requestChange = action(RequestDeploySchema, requestDeploy)
export const previewPlacement = action(Place, (actor, wish) => previewPlaced(actor, inputOf(wish)))
export const requestPlacement = action(Place, (actor, wish) => addPlacement(actor, inputOf(wish)))
export const previewStage = action(Wish, (actor, wish) => previewOf(actor, inputOf(wish)))
export const requestStage = action(Wish, (actor, wish) => createStage(actor, inputOf(wish)))
export const previewRemoval = action(RemoveWithDependentsSchema, previewWhole)
export const requestRemoval = action(RemoveWithDependentsSchema, removeWithDependents)
