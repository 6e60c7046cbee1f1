import { readBlobTexts } from '@/lib/catalog/blobs'
import { db } from '@/lib/db/client'
import type { DesiredUnit } from '@/lib/db/generated/client'
import { decrypt } from '@/lib/encrypt'
import { pace } from '@/lib/pace'
import { type DesiredSet, type PackageEntry, secretReferencesIn, UnitContent, type UnitEntry } from '@/lib/protocol/desired'
import { seal, sealContext } from '@/lib/protocol/identity'
import { secretPlace } from './set-secrets'

export interface DesiredAsk {
  readonly machineId: string
  /** Changes above this revision; 0 = the whole set. */
  readonly since: number
  readonly session: string
  readonly era: number
}

/** What a machine should be, as it is signed and sent. Secret values are sealed to the machine's own key. */
export async function readDesired({ machineId, since, session, era }: DesiredAsk): Promise<DesiredSet> {
  const machine = await db.machine.findUniqueOrThrow({ where: { id: machineId }, select: { revision: true, boxKey: true } })
  const where = { machineId, revision: { gt: since, lte: machine.revision } }
  const rows = await db.desiredUnit.findMany({ where, orderBy: { revision: 'asc' } })
  const packages = await db.desiredPackage.findMany({ where: { ...where, cachedAt: null } })
  const texts = await readBlobTexts(
    db,
    rows.flatMap((row) => row.contentDigest ?? []),
  )
  const entries = rows.map((row) => entryOf(row, texts))
  return {
    full: since === 0,
    machineId,
    session,
    era,
    revision: machine.revision,
    notAfterMs: pace('desiredNotAfter'),
    entries,
    packages: packages.map(
      (row): PackageEntry => ({
        digest: row.digest,
        sizeBytes: row.sizeBytes,
        cause: { recordId: row.causeRecordId, taskId: row.causeTaskId, attempt: row.causeAttempt },
      }),
    ),
    secrets: await sealedSecrets(machineId, machine.boxKey, [...texts.values()]),
  }
}

function entryOf(row: DesiredUnit, texts: ReadonlyMap<string, string>): UnitEntry {
  const text = row.contentDigest ? texts.get(row.contentDigest) : undefined
  const address =
    row.causeRecordId && row.causeTaskId ? { recordId: row.causeRecordId, taskId: row.causeTaskId, attempt: row.causeAttempt ?? 1 } : null
  return {
    kind: 'unit',
    unitId: row.unitId,
    unit: row.unitName,
    generation: row.generation,
    wanted: row.wanted as UnitEntry['wanted'],
    cause: address,
    check: row.causeRecordId && row.checkTaskId ? { recordId: row.causeRecordId, taskId: row.checkTaskId, attempt: 1 } : null,
    restartToken: row.restartToken,
    keepData: row.keepData,
    content: text ? UnitContent.parse(JSON.parse(text)) : null,
  }
}

async function sealedSecrets(machineId: string, boxKey: string, texts: readonly string[]): Promise<Record<string, string>> {
  const references = [...new Set(texts.flatMap((text) => secretReferencesIn(text)))]
  const sealed: Record<string, string> = {}
  for (const reference of references) {
    const [secretId = '', version = '0'] = reference.split('@')
    const row = await db.secretVersion.findUnique({ where: { secretId_version: { secretId, version: Number(version) } } })
    if (!row) continue
    sealed[reference] = seal(boxKey, decrypt(row.ciphertext, secretPlace(secretId, row.version)), sealContext.secret(machineId, reference))
  }
  return sealed
}
