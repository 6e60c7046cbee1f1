import * as z from 'zod'

/** Names that become parts of paths, so nothing but these characters may ever pass. */
export const Slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
export const UnitName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}\/\d{1,6}$/)
export const Digest = z.string().regex(/^[0-9a-f]{64}$/)
export const Id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)
export const Port = z.int().min(1).max(65535)

const segment = /^(?!\.{1,2}$)[A-Za-z0-9._@+-]{1,120}$/

export function isInnerPath(path: string): boolean {
  return path.length <= 400 && path.split('/').every((part) => segment.test(part))
}

/** A path that stays inside its folder: relative, no `..`, no empty part. */
export const InnerPath = z.string().refine(isInnerPath, 'must be a relative path without .. and with plain characters')

/** One task of one record, in one attempt: where callbacks go. */
export const TaskAddress = z.object({ recordId: Id, taskId: Id, attempt: z.int().min(1) })
export type TaskAddress = z.infer<typeof TaskAddress>

export const Word = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be 1–40 of a–z, 0–9 and -, beginning with a letter')

export const HttpPath = z.string().regex(/^\/[\x21-\x7e]{0,499}$/, 'must begin with / and have no spaces')
