'use server'

import { z } from 'zod'
import { action } from '@/app/_server/action'
import { uploadPackage } from '@/lib/catalog/upload-package'
import type { Published } from '@/lib/catalog/views'
import type { ActionResult } from '@/lib/views'

const Upload = z.object({ organization: z.string().max(100), name: z.string().max(200), archive: z.instanceof(Buffer) })

const publish = action(Upload, uploadPackage)

/** Takes the archive out of the form; what is wrong with it comes back as findings with file, line and rule. */
export async function publishPackage(form: FormData): Promise<ActionResult<Published>> {
  const file = form.get('file')
  const archive = file instanceof File ? Buffer.from(await file.arrayBuffer()) : Buffer.alloc(0)
  return publish({ organization: String(form.get('organizationSlug') ?? ''), name: file instanceof File ? file.name : '', archive })
}
