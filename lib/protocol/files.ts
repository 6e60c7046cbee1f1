import * as z from 'zod'
import { canonicalJson } from './canonical'
import { isSignedBy, signText } from './identity'
import { Id } from './names'

/** Files of a unit on their way: a transfer is one list, one file read or one file written. It lives as long as its connection. */

/** Bytes of a file in one frame. */
export const partBytes = 128 * 1024
/** Parts that may be on their way without a word from the other side. */
export const partWindow = 8

const part = z.string().max(4 * Math.ceil(partBytes / 3))

const segment = (text: string): boolean =>
  text !== '' && text !== '.' && text !== '..' && Buffer.byteLength(text) <= 255 && !/[\0/]/.test(text)

export const isFilePath = (path: string): boolean => path.length <= 1024 && path.split('/').every(segment)

/** Below the unit's folder, whatever characters a file's name has; the folder itself is the empty path. */
export const FilePath = z.string().refine(isFilePath, 'must be a path inside the unit’s folder, without . and ..')
export const FolderPath = z.union([z.literal(''), FilePath])

export const FileAct = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('list'), unitId: Id, path: FolderPath }),
  /** At most so many bytes; a longer file is refused, or cut where `isCut`. */
  z.object({ kind: z.literal('read'), unitId: Id, path: FilePath, mostBytes: z.int().min(1), isCut: z.boolean() }),
  z.object({ kind: z.literal('write'), unitId: Id, path: FilePath, sizeBytes: z.int().min(0), replace: z.boolean() }),
  z.object({ kind: z.literal('part'), seq: z.int().min(1), data: part, isLast: z.boolean() }),
  /** Parts up to this one have been taken. */
  z.object({ kind: z.literal('more'), upTo: z.int().min(0) }),
  z.object({ kind: z.literal('stop') }),
])
export type FileAct = z.infer<typeof FileAct>

/** What the hub signs: for one machine, one connection, in this order. */
export const FileOrder = z.object({ machineId: Id, session: z.string().max(100), seq: z.int().min(1), transferId: Id, act: FileAct })
export type FileOrder = z.infer<typeof FileOrder>

export const fileKinds = ['file', 'folder', 'link', 'other'] as const

export const FileEntry = z.object({
  name: z.string().max(1024),
  kind: z.enum(fileKinds),
  sizeBytes: z.number().min(0),
  modifiedAt: z.iso.datetime(),
  /** `rwxr-x---` */
  mode: z.string().max(9),
  /** Written by the agent or the next deploy: what is put there does not stay. */
  isKept: z.boolean(),
})
export type FileEntry = z.infer<typeof FileEntry>

export const fileFailures = [
  'no_unit',
  'no_file',
  'not_a_file',
  'not_a_folder',
  'is_link',
  'too_large',
  'exists',
  'reserved',
  'no_room',
  'denied',
  'changed',
  'failed',
] as const

/** Numbered from 1 in each transfer. */
export const FileSaid = z.object({
  transferId: Id,
  seq: z.int().min(1),
  say: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('entries'), entries: z.array(FileEntry).max(5000), isCut: z.boolean() }),
    /** A file is open: so many bytes will come. */
    z.object({ kind: z.literal('file'), sizeBytes: z.number().min(0), sentBytes: z.number().min(0), modifiedAt: z.iso.datetime() }),
    z.object({ kind: z.literal('part'), data: part }),
    /** Written up to this part. */
    z.object({ kind: z.literal('got'), upTo: z.int().min(0) }),
    z.object({ kind: z.literal('end'), code: z.enum(fileFailures).nullable(), message: z.string().max(1000) }),
  ]),
})
export type FileSaid = z.infer<typeof FileSaid>
export type FileSay = FileSaid['say']

export const signFileOrder = (hubPrivateKey: string, order: FileOrder): string => signText(hubPrivateKey, signedText(order))

/** `raw` is the message as it came: a newer hub also signs fields we do not know. */
export function isFileOrderSigned(hubKey: string, raw: Record<string, unknown>): boolean {
  const { v: _v, type: _type, signature, ...order } = raw
  return typeof signature === 'string' && isSignedBy(hubKey, signedText(order), signature)
}

const signedText = (order: object): string => `tengen-file-1:${canonicalJson(order)}`
