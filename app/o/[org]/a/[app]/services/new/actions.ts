'use server'

import { z } from 'zod'
import { action } from '@/app/_server/action'
import { CreateServiceSchema, createService, previewService as previewOf } from '@/lib/deploys/create-service'

/** The wizard speaks of slugs; everything else is the use case's own. */
const Draft = CreateServiceSchema.omit({ organization: true, application: true }).extend({
  organizationSlug: z.string(),
  applicationSlug: z.string(),
})

const inputOf = ({ organizationSlug, applicationSlug, ...draft }: z.output<typeof Draft>) => ({
  ...draft,
  organization: organizationSlug,
  application: applicationSlug,
})

export const previewService = action(Draft, (actor, draft) => previewOf(actor, inputOf(draft)))
export const requestService = action(Draft, (actor, draft) => createService(actor, inputOf(draft)))
