import { readBlobTexts } from '@/lib/catalog/blobs'
import { db } from '@/lib/db/client'

/** What has a digest never changes, so it is read once. */
const contents = new Map<string, string>()
export async function contentsOf(units: readonly { contentDigest: string | null }[]): Promise<ReadonlyMap<string, string>> {
  const missing = units.flatMap(({ contentDigest }) => (contentDigest && !contents.has(contentDigest) ? [contentDigest] : []))
  if (missing.length > 0) for (const [digest, text] of await readBlobTexts(db, missing)) contents.set(digest, text)
  return contents
}
