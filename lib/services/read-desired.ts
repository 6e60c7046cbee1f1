import { readBlobTexts } from '@/lib/catalog/blobs'
import { copyOrderOf, readCopies } from '@/lib/copies/desired-copies'
import { db, pool } from '@/lib/db/client'
import type { DesiredCommand, DesiredPackage, DesiredUnit, Machine } from '@/lib/db/generated/client'
import { decrypt } from '@/lib/encrypt'
import { groupBy } from '@/lib/group-by'
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
  /** Changes above this revision; null = the whole set. */
  readonly since: number | null
  readonly session: string
  readonly era: number
}

/**
 * What machines should be, as it is signed and sent: one read for all that were woken together. Undefined for one that has
 * everything already. Secret values are sealed to each machine's own key.
 */
export async function readDesired(asks: readonly DesiredAsk[]): Promise<(DesiredSet | undefined)[]> {
  const { rows: machines } = await pool.query<Known>({ name: 'desired-machines', text: machinesQuery, values: [asks.map(keyOf)] })
  const known = new Map(machines.map((machine) => [machine.id, machine]))
  const behind = asks.filter(({ machineId, since }) => since === null || since < (known.get(machineId)?.revision ?? 0))
  if (behind.length === 0) return asks.map(() => undefined)
  const found = await findRows(behind, known)
  return Promise.all(
    asks.map((ask) => {
      const machine = known.get(ask.machineId)
      return machine && found.isBehind(ask) ? setOf(ask, machine, found) : undefined
    }),
  )
}

type Known = Pick<Machine, 'id' | 'revision' | 'boxKey' | 'initRunId'>
const keyOf = ({ machineId }: { readonly machineId: string }): string => machineId

interface Found {
  readonly isBehind: (ask: DesiredAsk) => boolean
  readonly units: ReadonlyMap<string, DesiredUnit[]>
  readonly packages: ReadonlyMap<string, DesiredPackage[]>
  readonly commands: ReadonlyMap<string, DesiredCommand[]>
  readonly inits: ReadonlyMap<string, InitOrder>
  readonly texts: ReadonlyMap<string, string>
  /** Many machines run the same command: its content is read once. */
  readonly contents: ReadonlyMap<string, CommandContent>
  readonly copies: Awaited<ReturnType<typeof readCopies>>
}

async function findRows(behind: readonly DesiredAsk[], known: ReadonlyMap<string, Known>): Promise<Found> {
  const span = [behind.map(keyOf), behind.map(({ since }) => since ?? 0), behind.map((ask) => known.get(ask.machineId)?.revision ?? 0)]
  const [units, packages, commands, inits] = await Promise.all([
    pool.query<DesiredUnit>({ name: 'desired-units', text: unitsQuery, values: span }),
    pool.query<DesiredPackage>({ name: 'desired-packages', text: packagesQuery, values: span }),
    pool.query<DesiredCommand>({ name: 'desired-commands', text: commandsQuery, values: span }),
    initOrders([...known.values()]),
  ])
  const commanded = [...new Set(commands.rows.map((row) => row.contentDigest))]
  const digests = [...units.rows.flatMap((row) => [row.contentDigest, row.relationsDigest]), ...commanded].flatMap((digest) => digest ?? [])
  const texts = await readBlobTexts(db, digests)
  const set = new Set(behind)
  const contents = new Map(commanded.map((digest) => [digest, CommandContent.parse(JSON.parse(texts.get(digest) ?? ''))]))
  return {
    isBehind: (ask) => set.has(ask),
    units: groupBy(units.rows, keyOf),
    packages: groupBy(packages.rows, keyOf),
    commands: groupBy(commands.rows, keyOf),
    inits,
    texts,
    contents,
    copies: await readCopies(
      db,
      commands.rows.filter((row) => contents.get(row.contentDigest)?.copy),
    ),
  }
}

const machinesQuery = 'select id, revision, "boxKey", "initRunId" from "Machine" where id = any($1::text[])'
const within =
  'unnest($1::text[], $2::int[], $3::int[]) as a(id, since, upto) on d."machineId" = a.id and d.revision > a.since and d.revision <= a.upto'
const unitsQuery = `select d.* from "DesiredUnit" d join ${within} order by d.revision`
const packagesQuery = `select d.* from "DesiredPackage" d join ${within} where d."cachedAt" is null`
const commandsQuery = `select d.* from "DesiredCommand" d join ${within}`

async function setOf(
  { machineId, since, session, era }: DesiredAsk,
  { revision, boxKey }: Known,
  { texts, contents, copies, ...found }: Found,
): Promise<DesiredSet> {
  const [units, commands, init] = [found.units.get(machineId) ?? [], found.commands.get(machineId) ?? [], found.inits.get(machineId)]
  return {
    full: since === null,
    machineId,
    session,
    era,
    revision,
    notAfterMs: pace('desiredNotAfter'),
    entries: units.map((row) => entryOf(row, texts)),
    packages: (found.packages.get(machineId) ?? []).map(
      (row): PackageEntry => ({
        digest: row.digest,
        sizeBytes: row.sizeBytes,
        cause: { recordId: row.causeRecordId, taskId: row.causeTaskId, attempt: row.causeAttempt },
      }),
    ),
    ...(commands.length > 0 ? { commands: commands.flatMap((row) => commandOf(row, contents, copies)) } : {}),
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
    ...(row.copyId ? { copyId: row.copyId } : {}),
  }
}

/** A copy that is known no more is none to anybody. */
function commandOf(row: DesiredCommand, contents: Found['contents'], copies: Found['copies']): CommandEntry[] {
  const { copy, ...content } = contents.get(row.contentDigest) as CommandContent
  const order = copy && copyOrderOf(copy, row, copies)
  if (copy && !order) return []
  const cause = { recordId: row.recordId, taskId: row.taskId, attempt: row.attempt }
  return [{ ...content, ...(order ? { copy: order } : {}), cause, unitId: row.unitId, wanted: row.isStopped ? 'stop' : 'run' }]
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
