import { z } from 'zod'
import { FileEntry, FilePath, FolderPath } from '@/lib/protocol/files'
import { EnvironmentSchema, TimeSchema } from '@/lib/views'

/** More than this is not shown, only handed out as a file. */
export const mostShownBytes = 512 * 1024
/** More than this is not handed out: a terminal on the machine is the better way. */
export const mostReadBytes = 256 * 1024 * 1024
export const mostWrittenBytes = 64 * 1024 * 1024

export const UnitFilesSchema = z.object({
  organization: z.string(),
  application: z.string(),
  name: z.string(),
  unitId: z.string().max(64),
})
export type UnitFiles = z.infer<typeof UnitFilesSchema>

export const ListFilesSchema = UnitFilesSchema.extend({ path: FolderPath.default('') })
export const ReadFileSchema = UnitFilesSchema.extend({ path: FilePath })

export const FileListSchema = z.object({
  unit: z.object({ id: z.string(), name: z.string(), environment: EnvironmentSchema }),
  path: z.string(),
  entries: z.array(FileEntry),
  /** There are more than are listed. */
  isCut: z.boolean(),
})
export type FileList = z.infer<typeof FileListSchema>

/** A file as a person reads it; `text` is null where it is no text. */
export const FileTextSchema = z.object({
  path: z.string(),
  sizeBytes: z.number(),
  modifiedAt: TimeSchema,
  text: z.string().nullable(),
  /** Only its beginning is here. */
  isCut: z.boolean(),
})
export type FileText = z.infer<typeof FileTextSchema>

export const WrittenSchema = z.object({ path: z.string(), sizeBytes: z.number() })
