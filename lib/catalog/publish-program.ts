import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { transaction } from '@/lib/db/transaction'
import { isAppspecPackage } from '@/lib/package-format/import-appspec'
import { packageOfProgram, programFiles } from '@/lib/package-format/program-entries'
import { publishEntries } from './publish-package'
import { publisherOf, readUpload } from './read-upload'
import type { Published } from './views'

export const PublishProgramSchema = z.object({
  organization: z.string().max(100),
  /** Name of the uploaded file; null where there is nothing but a command line. */
  name: z.string().max(200).nullable(),
  archive: z.instanceof(Buffer).nullable(),
  /** `tengen.yaml` as the person left it. */
  manifest: z.string().max(512 * 1024),
})

/** A person's own files and the manifest made for them become a private version, by the rules of every other package. */
export async function publishProgram(actor: Actor, input: z.output<typeof PublishProgramSchema>): Promise<Published> {
  const { organizationId } = await publisherOf(actor, input.organization)
  const uploaded = input.archive ? await readUpload(input.archive) : []
  const isImport = isAppspecPackage(uploaded)
  const files = isImport ? uploaded : programFiles(uploaded)
  const entries = packageOfProgram(files, input.manifest)
  const origin = input.name === null ? 'command line' : `${isImport ? 'yiqiu package' : 'own program'} ${input.name}`
  const { name, version } = await transaction((tx) => publishEntries(tx, actor, { organizationId, origin, entries }))
  return { name, version }
}
