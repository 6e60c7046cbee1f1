import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { AppError } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import { EnvironmentSchema } from '@/lib/views'
import { findOutput, mostUnits, type OutputAddress } from './find-output'
import { type ChunkPlace, findChunks, lastLineOf, linesAfter, linesBefore, type Places } from './read-lines'
import { type OutputLine, type OutputPage, OutputRunSchema } from './views'
import { watchOutput } from './watch-output'

const cursor = z.string().max(4000).optional()

export const ReadOutputSchema = z.object({
  environment: EnvironmentSchema.optional(),
  /** Unit ids; missing = all that live. */
  units: z.array(z.string().max(64)).max(mostUnits).optional(),
  run: OutputRunSchema.default('all'),
  /** From an earlier page; with neither of them the last lines. */
  after: cursor,
  before: cursor,
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
  /** Only lines with this text, letter case aside. */
  q: z.string().min(1).max(200).optional(),
  /** Somebody looks: their machines send what they have at once. */
  follow: z.enum(['true', 'false']).optional(),
})
export type ReadOutputAsk = OutputAddress & z.output<typeof ReadOutputSchema>

/** What the units of a service print, several at once. Every page says how to read on in both directions. */
export async function readOutput(actor: Actor, ask: ReadOutputAsk): Promise<OutputPage> {
  const asOf = iso(clock.now())
  const { units, chosen } = await findOutput(actor, ask, ask.units)
  if (ask.follow === 'true') await watchOutput(chosen)
  const chunks = await findChunks(
    chosen.map((unit) => unit.id),
    ask.run,
  )
  const places = placesOf(ask.after ?? ask.before)
  const isForward = ask.after !== undefined
  const found = await read(chunks, { isForward, places, limit: ask.q ? Number.MAX_SAFE_INTEGER : ask.limit })
  const lines = ask.q ? withText(found, ask.q, isForward, ask.limit) : found
  const reached = ask.q && lines.length < ask.limit ? found : lines
  const before = firstsOf(chunks, reached, ask.after === undefined ? places : null)
  return {
    units: units.map(({ machineId: _, ...unit }) => unit),
    lines,
    total: chunks.reduce((sum, chunk) => sum + chunk.lineCount, 0),
    after: write(isForward ? { ...places, ...lastsOf(reached) } : endsOf(chunks, reached, ask.before ? places : null)),
    before: chunks.some((chunk) => chunk.firstLine < (before[chunk.unitId] ?? 0)) ? write(before) : null,
    asOf,
  }
}

interface Range {
  readonly isForward: boolean
  readonly places: Places | null
  readonly limit: number
}

const read = (chunks: readonly ChunkPlace[], { isForward, places, limit }: Range): Promise<OutputLine[]> =>
  isForward ? linesAfter(chunks, places ?? {}, limit) : linesBefore(chunks, places, limit)

function withText(lines: readonly OutputLine[], text: string, isForward: boolean, limit: number): OutputLine[] {
  const wanted = text.toLowerCase()
  const hits = lines.filter((line) => (line.stream === 'stdout' || line.stream === 'stderr') && line.text.toLowerCase().includes(wanted))
  return isForward ? hits.slice(0, limit) : hits.slice(-limit)
}

function lastsOf(lines: readonly OutputLine[]): Record<string, number> {
  const lasts: Record<string, number> = {}
  for (const line of lines) lasts[line.unitId] = Math.max(lasts[line.unitId] ?? 0, line.line)
  return lasts
}

/** Reading on after lines that were read backwards: behind them, or where a unit has none of them, before what was passed. */
function endsOf(chunks: readonly ChunkPlace[], lines: readonly OutputLine[], places: Places | null): Record<string, number> {
  const ends: Record<string, number> = {}
  for (const chunk of chunks) ends[chunk.unitId] = places ? (places[chunk.unitId] ?? 1) - 1 : lastLineOf(chunk)
  return { ...ends, ...lastsOf(lines) }
}

/** The first line that was read of each unit; of one that has none among them the place where reading began, else its end. */
function firstsOf(chunks: readonly ChunkPlace[], lines: readonly OutputLine[], places: Places | null): Record<string, number> {
  const firsts: Record<string, number> = {}
  for (const chunk of chunks) firsts[chunk.unitId] = places ? (places[chunk.unitId] ?? 0) : lastLineOf(chunk) + 1
  for (const line of lines) firsts[line.unitId] = Math.min(firsts[line.unitId] ?? line.line, line.line)
  return firsts
}

const PlacesSchema = z.record(z.string().max(64), z.number().int().min(0).max(Number.MAX_SAFE_INTEGER))
const write = (places: Places): string => Buffer.from(JSON.stringify(places)).toString('base64url')

/** A cursor is input like any other. */
function placesOf(text: string | undefined): Places | null {
  if (text === undefined) return null
  try {
    return PlacesSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
  } catch (error) {
    throw new AppError('invalid', 'This page address is not one of ours.', { fields: { cursor: 'is not valid' } }, { cause: error })
  }
}
