import { db } from '@/lib/db/client'
import { decrypt } from '@/lib/encrypt'
import { secretReferencesIn } from '@/lib/protocol/desired'
import { secretPlace } from '@/lib/services/set-secrets'

/** The values that a content refers to, by reference. */
export async function secretTexts(content: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for (const reference of new Set(secretReferencesIn(content))) {
    const [secretId = '', version = '0'] = reference.split('@')
    const row = await db.secretVersion.findUnique({ where: { secretId_version: { secretId, version: Number(version) } } })
    if (row) texts.set(reference, decrypt(row.ciphertext, secretPlace(secretId, row.version)))
  }
  return texts
}

/** How many of them are gone: nothing is made with an empty secret. */
export async function missingSecrets(content: string): Promise<number> {
  const texts = await secretTexts(content)
  return [...new Set(secretReferencesIn(content))].filter((reference) => !texts.has(reference)).length
}
