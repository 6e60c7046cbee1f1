import * as z from 'zod'
import { Digest, Id, InnerPath } from './names'

/** Data of a unit on their way to another machine: packed and sent in parts by the one that has them, fetched and unpacked by the other. */

/** Agents of this version can do both. */
export const copiesSince = '0.6.0'

/** Every part but the last is as long as this. */
export const copyPartBytes = 4 * 1024 * 1024

/** What a plan says of it, and so what an approval signs. */
export const CopyContent = z.object({
  direction: z.enum(['out', 'in']),
  /** Below the unit's folder. */
  folders: z.array(InnerPath).min(1).max(50),
  /** Below those, and shared: they are there already. */
  except: z.array(InnerPath).max(50),
  /** Whose they are. */
  applicationUser: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,127}$/),
})
export type CopyContent = z.infer<typeof CopyContent>

/** What lies in the folders, told by whoever has read all of it. */
export const DataContents = z.object({
  files: z.int().min(0),
  bytes: z.int().min(0),
  /** Of every path, mode, time, link and file, in their order. */
  contents: Digest,
})
export type DataContents = z.infer<typeof DataContents>

/** The stream that was made of them. */
export const PackedData = DataContents.extend({ digest: Digest, sizeBytes: z.int().min(0), parts: z.int().min(0) })
export type PackedData = z.infer<typeof PackedData>

export const CopyOrder = CopyContent.extend({
  copyId: Id,
  /** More is not copied. */
  limitBytes: z.int().min(0),
  /** What is to be fetched; null: it is still to be packed. */
  packed: PackedData.nullable(),
})
export type CopyOrder = z.infer<typeof CopyOrder>

/** What the hub has of a copy: the digests of its parts in their order, and what was packed once that is whole. */
export const CopyState = z.object({ parts: z.array(Digest), packed: PackedData.nullable() })
export type CopyState = z.infer<typeof CopyState>

/** `left`: where the data lie, for they stay there. */
export const CopyPacked = PackedData.extend({ left: z.array(z.string().max(4000)).max(50) })
