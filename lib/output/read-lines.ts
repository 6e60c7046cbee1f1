import { pool } from '@/lib/db/client'
import { groupBy } from '@/lib/group-by'
import { unpackLines } from './pack-lines'
import type { OutputLine, OutputRunChoice } from './views'

/** Where chunks lie, without what is in them. */
export interface ChunkPlace {
  readonly unitId: string
  readonly firstLine: number
  readonly lineCount: number
  readonly generation: number
  readonly runNumber: number
}

/** Unit → number of a line. */
export type Places = Readonly<Record<string, number>>

/** What is kept of these units, or of one of their last two runs, in its order. */
export async function findChunks(unitIds: readonly string[], run: OutputRunChoice): Promise<ChunkPlace[]> {
  const { rows } = await pool.query<ChunkPlace & { firstLine: string }>({
    name: 'output-chunks',
    text: `select "unitId", "firstLine", "lineCount", generation, "runNumber" from "OutputChunk" where "unitId" = any($1) order by "unitId", "firstLine"`,
    values: [unitIds],
  })
  const chunks = rows.map((row) => ({ ...row, firstLine: Number(row.firstLine) }))
  if (run === 'all') return chunks
  return [...groupBy(chunks, (chunk) => chunk.unitId).values()].flatMap((mine) => ofRun(mine, run === 'current' ? 0 : 1))
}

const runOf = ({ generation, runNumber }: ChunkPlace): string => `${generation} ${runNumber}`

function ofRun(chunks: readonly ChunkPlace[], back: number): ChunkPlace[] {
  const runs = [...new Set(chunks.map(runOf))]
  const wanted = runs.at(-1 - back)
  return chunks.filter((chunk) => runOf(chunk) === wanted)
}

export const lastLineOf = ({ firstLine, lineCount }: ChunkPlace): number => firstLine + lineCount - 1

/** The first `limit` lines behind these places, in the order of their times. */
export async function linesAfter(chunks: readonly ChunkPlace[], places: Places, limit: number): Promise<OutputLine[]> {
  const placeOf = (unitId: string) => places[unitId] ?? 0
  const wanted = [...groupBy(chunks, (chunk) => chunk.unitId).values()].flatMap((mine) =>
    enough(
      mine.filter((chunk) => lastLineOf(chunk) > placeOf(chunk.unitId)),
      (chunk) => lastLineOf(chunk) - Math.max(placeOf(chunk.unitId), chunk.firstLine - 1),
      limit,
    ),
  )
  const lines = (await load(wanted)).filter((line) => line.line > placeOf(line.unitId))
  return inTime(lines).slice(0, limit)
}

/** The last `limit` lines before these places; without a place from the end. */
export async function linesBefore(chunks: readonly ChunkPlace[], places: Places | null, limit: number): Promise<OutputLine[]> {
  const placeOf = (unitId: string) => (places ? (places[unitId] ?? 0) : Number.POSITIVE_INFINITY)
  const wanted = [...groupBy(chunks, (chunk) => chunk.unitId).values()].flatMap((mine) =>
    enough(
      mine.filter((chunk) => chunk.firstLine < placeOf(chunk.unitId)).reverse(),
      (chunk) => Math.min(placeOf(chunk.unitId), lastLineOf(chunk) + 1) - chunk.firstLine,
      limit,
    ),
  )
  const lines = (await load(wanted)).filter((line) => line.line < placeOf(line.unitId))
  return inTime(lines).slice(-limit)
}

/** As many chunks as hold so many lines. */
function enough(chunks: readonly ChunkPlace[], countOf: (chunk: ChunkPlace) => number, limit: number): ChunkPlace[] {
  let count = 0
  return chunks.filter((chunk) => {
    if (count >= limit) return false
    count += countOf(chunk)
    return true
  })
}

interface Stored {
  unitId: string
  firstLine: string
  firstAt: Date
  bytes: Buffer
}

async function load(chunks: readonly ChunkPlace[]): Promise<OutputLine[]> {
  if (chunks.length === 0) return []
  const { rows } = await pool.query<Stored>({
    name: 'output-lines',
    text: `select c."unitId", c."firstLine", c."firstAt" at time zone 'UTC' as "firstAt", c.bytes
           from unnest($1::text[], $2::bigint[]) as n(id, line) join "OutputChunk" c on c."unitId" = n.id and c."firstLine" = n.line`,
    values: [chunks.map((chunk) => chunk.unitId), chunks.map((chunk) => chunk.firstLine)],
  })
  return rows.flatMap(({ unitId, firstLine, firstAt, bytes }) =>
    unpackLines(bytes, firstAt.getTime()).map(({ at, stream, text }, index) => ({
      unitId,
      line: Number(firstLine) + index,
      at: new Date(at).toISOString(),
      stream,
      text,
    })),
  )
}

/** ISO times sort like the moments they name; a unit's own lines keep their order. */
function inTime(lines: OutputLine[]): OutputLine[] {
  return lines.sort((a, b) => {
    if (a.at !== b.at) return a.at < b.at ? -1 : 1
    if (a.unitId !== b.unitId) return a.unitId < b.unitId ? -1 : 1
    return a.line - b.line
  })
}
