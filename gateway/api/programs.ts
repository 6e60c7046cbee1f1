import { z } from 'zod'
import { DraftProgramSchema, draftProgram } from '@/lib/catalog/draft-program'
import { inOrganization } from './inputs'
import { route } from './route'

/** One's own program as a package: its manifest is drafted, and with that inside its archive is published like any other. */
export const programRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/organizations/{org}/programs/draft',
    summary: 'The manifest (tengen.yaml) of a program of one’s own, written from answers',
    params: inOrganization,
    body: DraftProgramSchema.shape.program,
    response: z.object({ manifest: z.string() }).meta({ id: 'DraftedManifest' }),
    handle: ({ actor, params, body }) => draftProgram(actor, { organization: params.org, program: body }),
  }),
]
