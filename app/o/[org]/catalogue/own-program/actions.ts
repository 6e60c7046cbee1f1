'use server'

import { z } from 'zod'
import { action } from '@/app/_server/action'
import { DraftProgramSchema, draftProgram as draft } from '@/lib/catalog/draft-program'
import { inspectUpload } from '@/lib/catalog/inspect-upload'
import { PublishProgramSchema, publishProgram as publish } from '@/lib/catalog/publish-program'
import type { UploadView } from '@/lib/catalog/upload-views'
import type { Published } from '@/lib/catalog/views'
import type { ActionResult } from '@/lib/views'

const Upload = z.object({ organization: z.string().max(100), name: z.string().max(200), archive: z.instanceof(Buffer) })

const inspect = action(Upload, inspectUpload)
const publishOne = action(PublishProgramSchema, publish)

export const draftProgram = action(DraftProgramSchema, draft)

async function uploaded(form: FormData): Promise<{ name: string; archive: Buffer } | null> {
  const file = form.get('file')
  return file instanceof File ? { name: file.name, archive: Buffer.from(await file.arrayBuffer()) } : null
}

/** Looks at the archive of the form; nothing is stored. */
export async function inspectProgram(form: FormData): Promise<ActionResult<UploadView>> {
  const file = await uploaded(form)
  return inspect({ organization: String(form.get('organizationSlug') ?? ''), name: '', archive: Buffer.alloc(0), ...file })
}

/** The archive, if there is one, and the manifest as the person left it. */
export async function publishProgram(form: FormData): Promise<ActionResult<Published>> {
  const file = await uploaded(form)
  const organization = String(form.get('organizationSlug') ?? '')
  return publishOne({ organization, manifest: String(form.get('manifest') ?? ''), name: null, archive: null, ...file })
}
