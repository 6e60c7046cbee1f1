import type { Tx } from '@/lib/db/client'
import { type KeptLine, packLines, unpackLines } from './pack-lines'
import type { Growing } from './record-output'

/** A chunk grows up to here, then another begins. */
const chunkBytes = 64 * 1024
/** What is kept of a unit, before it is packed. */
export const keptBytes = 1024 * 1024
/** However often a process starts: each start begins a chunk. */
export const keptChunks = 200

interface Chunk {
  readonly unitId: string
  firstLine: number
  readonly generation: number
  readonly runNumber: number
  readonly lines: KeptLine[]
  /** Its last size, when it was there before. */
  sizeBefore: number
}

interface LastChunk {
  unitId: string
  firstLine: bigint
  generation: number
  runNumber: number
  sizeBytes: number
  firstAt: Date
  bytes: Uint8Array
}

/** Adds what came to the units' chunks, drops the oldest beyond the bounds, and writes the cursors. They are locked by the caller. */
export async function appendOutput(tx: Tx, units: readonly Growing[]): Promise<void> {
  if (units.length === 0) return
  const last = await lastChunks(
    tx,
    units.map(({ cursor }) => cursor.unitId),
  )
  const chunks = units.flatMap((unit) => chunksOf(unit, last.get(unit.cursor.unitId)))
  const packed = chunks.map((chunk) => ({ chunk, firstAt: chunk.lines[0]?.at ?? 0, ...packLines(chunk.lines, chunk.lines[0]?.at ?? 0) }))
  await tx.$executeRaw`
    insert into "OutputChunk" as c ("unitId", "firstLine", "lineCount", generation, "runNumber", "sizeBytes", "firstAt", bytes)
    select n.id, n.line, n.count, n.generation, n.run, n.size, to_timestamp(n.at::float8 / 1000) at time zone 'UTC', decode(n.bytes, 'base64')
    from unnest(${chunks.map((chunk) => chunk.unitId)}::text[], ${chunks.map((chunk) => chunk.firstLine)}::bigint[],
                ${chunks.map((chunk) => chunk.lines.length)}::int[], ${chunks.map((chunk) => chunk.generation)}::int[],
                ${chunks.map((chunk) => chunk.runNumber)}::int[], ${packed.map(({ sizeBytes }) => sizeBytes)}::int[],
                ${packed.map(({ firstAt }) => firstAt)}::bigint[], ${packed.map(({ bytes }) => bytes.toString('base64'))}::text[])
      as n(id, line, count, generation, run, size, at, bytes)
    on conflict ("unitId", "firstLine") do update
      set "lineCount" = excluded."lineCount", "sizeBytes" = excluded."sizeBytes", bytes = excluded.bytes`
  for (const { chunk, sizeBytes } of packed) {
    const unit = units.find(({ cursor }) => cursor.unitId === chunk.unitId)
    if (unit) unit.cursor.keptBytes += sizeBytes - chunk.sizeBefore
  }
  await dropOldest(tx, units)
  for (const { cursor } of units) await tx.outputCursor.update({ where: { unitId: cursor.unitId }, data: cursor })
}

async function lastChunks(tx: Tx, unitIds: readonly string[]): Promise<Map<string, LastChunk>> {
  const rows = await tx.$queryRaw<LastChunk[]>`
    select distinct on ("unitId") "unitId", "firstLine", generation, "runNumber", "sizeBytes", "firstAt", bytes
    from "OutputChunk" where "unitId" = any(${unitIds}) order by "unitId", "firstLine" desc`
  return new Map(rows.map((row) => [row.unitId, row]))
}

/** The last chunk goes on where there is room in it; a run has chunks of its own. */
function chunksOf({ cursor, added }: Growing, last: LastChunk | undefined): Chunk[] {
  const chunks: Chunk[] = []
  let size = last?.sizeBytes ?? 0
  let current: Chunk | undefined = last && {
    unitId: cursor.unitId,
    firstLine: Number(last.firstLine),
    generation: last.generation,
    runNumber: last.runNumber,
    lines: size < chunkBytes ? unpackLines(last.bytes, last.firstAt.getTime()) : [],
    sizeBefore: size,
  }
  let isFresh = true
  for (const { generation, runNumber, isNew, lines } of added) {
    for (const [index, line] of lines.entries()) {
      if (!current || size >= chunkBytes || (isNew && index === 0)) {
        current = { unitId: cursor.unitId, firstLine: Number(cursor.lines) + 1, generation, runNumber, lines: [], sizeBefore: 0 }
        chunks.push(current)
        size = 0
      } else if (isFresh) chunks.push(current)
      isFresh = false
      current.lines.push(line)
      size += Buffer.byteLength(line.text) + 6
      cursor.lines += 1n
    }
  }
  return chunks
}

async function dropOldest(tx: Tx, units: readonly Growing[]): Promise<void> {
  const full = units.filter(({ cursor, added }) => cursor.keptBytes > keptBytes || added.some(({ isNew }) => isNew))
  if (full.length === 0) return
  const dropped = await tx.$queryRaw<{ unitId: string; sizeBytes: number }[]>`
    delete from "OutputChunk" c using (
      select "unitId", "firstLine", sum("sizeBytes") over newest as upto, row_number() over newest as place
      from "OutputChunk" where "unitId" = any(${full.map(({ cursor }) => cursor.unitId)})
      window newest as (partition by "unitId" order by "firstLine" desc)
    ) k
    where c."unitId" = k."unitId" and c."firstLine" = k."firstLine" and k.place > 1 and (k.upto > ${keptBytes} or k.place > ${keptChunks})
    returning c."unitId", c."sizeBytes"`
  for (const { unitId, sizeBytes } of dropped) {
    const unit = full.find(({ cursor }) => cursor.unitId === unitId)
    if (unit) unit.cursor.keptBytes -= sizeBytes
  }
}
