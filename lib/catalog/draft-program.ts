import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { writeManifest } from '@/lib/package-format/write-manifest'
import { OwnProgram } from '@/lib/protocol/own-program'
import { publisherOf } from './read-upload'

export const DraftProgramSchema = z.object({ organization: z.string().max(100), program: OwnProgram })

/** `tengen.yaml` as it is written from the answers of the wizard, for a person to look at before it counts. */
export async function draftProgram(
  actor: Actor,
  { organization, program }: z.output<typeof DraftProgramSchema>,
): Promise<{ manifest: string }> {
  await publisherOf(actor, organization)
  return { manifest: writeManifest(program) }
}
