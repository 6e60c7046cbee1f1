import { readBlobTexts } from '@/lib/catalog/blobs'
import { db, pool } from '@/lib/db/client'
import type { DesiredCommand, DesiredPackage, DesiredUnit } from '@/lib/db/generated/client'
import { decrypt } from '@/lib/encrypt'
import { initOrders } from '@/lib/init/init-orders'
import { pace } from '@/lib/pace'
import { CommandContent, type CommandEntry } from '@/lib/protocol/command'
import { type DesiredSet, type PackageEntry, secretReferencesIn, UnitContent, type UnitEntry } from '@/lib/protocol/desired'
import { seal, sealContext } from '@/lib/protocol/identity'
import type { InitOrder } from '@/lib/protocol/init'
import { UnitRelations } from '@/lib/protocol/relations'
import { secretPlace } from './set-secrets'

export interface DesiredAsk {
  readonly machineId: string
  /** Changes above this revision; 0 = the whole set. */
  readonly since: number
  readonly session: string
  readonly era: number
}

/**
 * What machines should be, as it is signed and sent: one read for all that were woken together. Undefined for one that has
 * everything already. Secret values are sealed to each machine's own key.
 */
export async function readDesired(asks: readonly DesiredAsk[]): Promise<(DesiredSet | undefined)[]> {
  const machines = await db.machine.findMany({
    where: { id: { in: asks.map((ask) => ask.machineId) } },
    select: { id: true, revision: true, boxKey: true, initRunId: true },
  })
  const known = new Map(machines.map((machine) => [machine.id, machine]))
  const behind = asks.filter((ask) => ask.since === 0 || ask.since < (known.get(ask.machineId)?.revision ?? 0))
  if (behind.length === 0) return asks.map(() => undefined)
  const span = [
    behind.map((ask) => ask.machineId),
    behind.map((ask) => ask.since),
    behind.map((ask) => known.get(ask.machineId)?.revision ?? 0),
  ]
  const [units, packages, commands] = await Promise.all([
    pool.query<DesiredUnit>({ name: 'desired-units', text: unitsQuery, values: span }),
    pool.query<DesiredPackage>({ name: 'desired-packages', text: packagesQuery, values: span }),
    pool.query<DesiredCommand>({ name: 'desired-commands', text: commandsQuery, values: span }),
  ])
  const texts = await readBlobTexts(
    db,
    [...units.rows.flatMap((row) => [row.contentDigest, row.relationsDigest]), ...commands.rows.map((row) => row.contentDigest)].flatMap(
      (digest) => digest ?? [],
    ),
  )
  const inits = await initOrders(machines)
  return Promise.all(
    asks.map((ask) => {
      const machine = known.get(ask.machineId)
      if (!machine || !behind.includes(ask)) return undefined
      return setOf(ask, machine, {
        units: units.rows.filter((row) => row.machineId === ask.machineId),
        packages: packages.rows.filter((row) => row.machineId === ask.machineId),
        commands: commands.rows.filter((row) => row.machineId === ask.machineId),
        init: inits.get(ask.machineId),
        texts,
      })
    }),
  )
}

const within =
  'unnest($1::text[], $2::int[], $3::int[]) as a(id, since, upto) on d."machineId" = a.id and d.revision > a.since and d.revision <= a.upto'
const unitsQuery = `select d.* from "DesiredUnit" d join ${within} order by d.revision`
const packagesQuery = `select d.* from "DesiredPackage" d join ${within} where d."cachedAt" is null`
const commandsQuery = `select d.* from "DesiredCommand" d join ${within}`

interface Found {
  readonly units: readonly DesiredUnit[]
  readonly packages: readonly DesiredPackage[]
  readonly commands: readonly DesiredCommand[]
  readonly init: InitOrder | undefined
  readonly texts: ReadonlyMap<string, string>
}

async function setOf(
  { machineId, since, session, era }: DesiredAsk,
  { revision, boxKey }: { revision: number; boxKey: string },
  { units, packages, commands, init, texts }: Found,
): Promise<DesiredSet> {
  return {
    full: since === 0,
    machineId,
    session,
    era,
    revision,
    notAfterMs: pace('desiredNotAfter'),
    entries: units.map((row) => entryOf(row, texts)),
    packages: packages.map(
      (row): PackageEntry => ({
        digest: row.digest,
        sizeBytes: row.sizeBytes,
        cause: { recordId: row.causeRecordId, taskId: row.causeTaskId, attempt: row.causeAttempt },
      }),
    ),
    ...(commands.length > 0 ? { commands: commands.map((row) => commandOf(row, texts)) } : {}),
    ...(init ? { init } : {}),
    secrets: await sealedSecrets(
      machineId,
      boxKey,
      units.flatMap((row) => texts.get(row.contentDigest ?? '') ?? []),
    ),
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
    relations: relationsOf(row, texts),
  }
}

function commandOf(row: DesiredCommand, texts: ReadonlyMap<string, string>): CommandEntry {
  return {
    ...CommandContent.parse(JSON.parse(texts.get(row.contentDigest) ?? '')),
    cause: { recordId: row.recordId, taskId: row.taskId, attempt: row.attempt },
    unitId: row.unitId,
    wanted: row.isStopped ? 'stop' : 'run',
  }
}

function relationsOf({ relationsDigest: digest }: DesiredUnit, texts: ReadonlyMap<string, string>): UnitEntry['relations'] {
  const text = texts.get(digest ?? '')
  return digest && text ? UnitRelations.parse({ digest, ends: JSON.parse(text) }) : null
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
