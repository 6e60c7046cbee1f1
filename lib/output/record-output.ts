import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { OutputCursor } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { tellLive } from '@/lib/events/write-event'
import type { OutputPart, OutputPlace } from '@/lib/protocol/output'
import { appendOutput } from './append-output'
import type { KeptLine } from './pack-lines'

/** What one agent sent in one frame. */
export interface OutputBatch {
  readonly machineId: string
  /** The agent's clock when it was sent. */
  readonly sentAt: string
  readonly parts: readonly OutputPart[]
}

/** A cursor as it comes to stand while the parts are taken, with the lines that came. */
export interface Growing {
  readonly cursor: OutputCursor
  readonly added: { readonly generation: number; readonly runNumber: number; readonly isNew: boolean; readonly lines: KeptLine[] }[]
}

/** A clock that differs less is not righted: that much may be the way here. */
const mostSkewMs = 2_000

/**
 * Frames of several agents in one transaction. A part is kept only where it goes on exactly from what is kept, so one may come
 * twice, late or from a machine that has lost the unit. Returns for each machine where its units stand now.
 */
export async function recordOutput(batches: readonly OutputBatch[]): Promise<Map<string, OutputPlace[]>> {
  return transaction(async (tx) => {
    const asks = batches.map(({ machineId, parts }) => ({ machineId, unitIds: parts.map((part) => part.unitId) }))
    const homes = await homesOf(tx, asks)
    const growing = await lockCursors(tx, homes)
    for (const { machineId, sentAt, parts } of batches) {
      const skewMs = clock.nowMs() - Date.parse(sentAt)
      for (const part of parts) {
        const home = homes.get(keyOf(machineId, part.unitId))
        const unit = growing.get(part.unitId)
        if (home && unit && part.run.generation <= home.generation) take(unit, part, Math.abs(skewMs) > mostSkewMs ? skewMs : 0)
      }
    }
    const grown = [...growing.values()].filter(({ added }) => added.length > 0)
    await appendOutput(tx, grown)
    const topics = [...new Set(grown.map(({ cursor }) => `output:${cursor.stageId}`))]
    if (topics.length > 0) tellLive(tx, topics, 'unit.output')
    return new Map(
      asks.map(({ machineId, unitIds }) => [
        machineId,
        unitIds.map((unitId) => placeOf(unitId, homes.has(keyOf(machineId, unitId)), growing.get(unitId)?.cursor)),
      ]),
    )
  })
}

/** Where the hub stands with these units of a machine. */
export async function findOutputPlaces(machineId: string, unitIds: readonly string[]): Promise<OutputPlace[]> {
  return transaction(async (tx) => {
    const homes = await homesOf(tx, [{ machineId, unitIds }])
    const cursors = await tx.outputCursor.findMany({ where: { unitId: { in: [...unitIds] } } })
    return unitIds.map((unitId) =>
      placeOf(
        unitId,
        homes.has(keyOf(machineId, unitId)),
        cursors.find((cursor) => cursor.unitId === unitId),
      ),
    )
  })
}

interface Home {
  readonly unitId: string
  readonly machineId: string
  readonly stageId: string
  /** The newest that this machine was given. */
  readonly generation: number
}

const keyOf = (machineId: string, unitId: string): string => `${machineId} ${unitId}`

/** Units that are or were on these machines: an agent may speak of no other. */
async function homesOf(tx: Tx, asks: readonly { machineId: string; unitIds: readonly string[] }[]): Promise<Map<string, Home>> {
  const rows = await tx.$queryRaw<Home[]>`
    select a."unitId", a."machineId", u."stageId", max(a.generation)::int as generation
    from "Allocation" a join "Unit" u on u.id = a."unitId"
    where a."machineId" = any(${asks.map((ask) => ask.machineId)}) and a."unitId" = any(${asks.flatMap((ask) => ask.unitIds)})
    group by 1, 2, 3`
  return new Map(rows.map((row) => [keyOf(row.machineId, row.unitId), row]))
}

/** In id order, as everybody who locks several of them. */
async function lockCursors(tx: Tx, homes: ReadonlyMap<string, Home>): Promise<Map<string, Growing>> {
  const units = new Map([...homes.values()].map(({ unitId, stageId }) => [unitId, { unitId, stageId }]))
  if (units.size === 0) return new Map()
  const ids = [...units.keys()].sort()
  await tx.outputCursor.createMany({ data: ids.map((id) => units.get(id) as { unitId: string; stageId: string }), skipDuplicates: true })
  await tx.$queryRaw`select 1 from "OutputCursor" where "unitId" = any(${ids}) order by "unitId" for update`
  const cursors = await tx.outputCursor.findMany({ where: { unitId: { in: ids } } })
  return new Map(cursors.map((cursor) => [cursor.unitId, { cursor, added: [] }]))
}

function take({ cursor, added }: Growing, part: OutputPart, skewMs: number): void {
  const { run, from, to } = part
  const isSame = cursor.runId === run.id
  const goesOn = isSame && !cursor.ended && Number(cursor.stdout) === from.stdout && Number(cursor.stderr) === from.stderr
  if (!goesOn && (isSame || !isLater(cursor, part))) return
  const lines: KeptLine[] = []
  const add = (at: number, stream: KeptLine['stream'], text: string) => {
    const time = Math.max(at + skewMs, cursor.lastAt.getTime())
    cursor.lastAt = new Date(time)
    lines.push({ at: time, stream, text })
  }
  if (cursor.lines === 0n && added.length === 0) cursor.lastAt = new Date(0)
  if (!isSame) add(Date.parse(run.startedAt), 'start', String(run.number))
  for (const line of part.lines)
    add(Date.parse(line.at), line.stream, line.stream === 'gap' ? String(line.skippedBytes ?? 0) : clean(line.text))
  if (part.ended) add(part.endedAt ? Date.parse(part.endedAt) : 0, 'end', part.exitCode === null ? '' : String(part.exitCode))
  Object.assign(cursor, {
    runId: run.id,
    generation: run.generation,
    runNumber: run.number,
    stdout: BigInt(to.stdout),
    stderr: BigInt(to.stderr),
    ended: part.ended,
  })
  added.push({ generation: run.generation, runNumber: run.number, isNew: !isSame, lines })
}

/** Another run is believed only from its beginning, and only one that came later. */
function isLater(cursor: OutputCursor, { run, from }: OutputPart): boolean {
  if (from.stdout !== 0 || from.stderr !== 0) return false
  return run.generation > cursor.generation || (run.generation === cursor.generation && run.number >= cursor.runNumber)
}

const clean = (text: string): string => text.replace(/\r?\n/g, ' ')

function placeOf(unitId: string, isKept: boolean, cursor: OutputCursor | undefined): OutputPlace {
  if (!isKept || !cursor || cursor.runId === '') return { unitId, isKept, at: null }
  const { runId: id, generation, runNumber: number, ended } = cursor
  return {
    unitId,
    isKept,
    at: { run: { id, generation, number }, offsets: { stdout: Number(cursor.stdout), stderr: Number(cursor.stderr) }, ended },
  }
}
