import { z } from 'zod'
import { AppError } from '@/lib/errors'

/** Which page of a list: after or before a cursor that an earlier page gave. */
export interface PageAsk {
  readonly after?: string | undefined
  readonly before?: string | undefined
  readonly limit?: number | undefined
}

export const PageAskSchema = z.object({
  after: z.string().max(1000).optional(),
  before: z.string().max(1000).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
})

/** A page in the terms of a query: from which key, which way, how many. */
export interface Turn<Key> {
  readonly key: Key | null
  readonly isBackwards: boolean
  readonly isFirst: boolean
  readonly limit: number
}

/** What a list is asked for comes from an address: what its schema does not take is the caller's mistake. */
export function parseAsk<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const fields = Object.fromEntries(result.error.issues.map((issue) => [issue.path.join('.'), issue.message]))
  throw new AppError('invalid', 'This list cannot be asked for like that.', { fields })
}

const writeCursor = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString('base64url')

/** A cursor is input like any other: what does not decode to a key of this list is refused. */
function readCursor<Key>(cursor: string, schema: z.ZodType<Key>): Key {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch (error) {
    throw new AppError('invalid', 'This page address is not one of ours.', { fields: { cursor: 'is not valid' } }, { cause: error })
  }
}

export function turnOf<Key>(ask: PageAsk, schema: z.ZodType<Key>, standardLimit = 50): Turn<Key> {
  const cursor = ask.before ?? ask.after
  return {
    key: cursor === undefined ? null : readCursor(cursor, schema),
    isBackwards: ask.before !== undefined,
    isFirst: cursor === undefined,
    limit: Math.min(200, Math.max(1, ask.limit ?? standardLimit)),
  }
}

/** SQL words for a turn through a list that is shown ascending or descending. One row more than the limit says whether there are more. */
export function orderOf(turn: Turn<unknown>, isDescending: boolean): { direction: 'asc' | 'desc'; operator: '<' | '>'; take: number } {
  const down = isDescending !== turn.isBackwards
  return { direction: down ? 'desc' : 'asc', operator: down ? '<' : '>', take: turn.limit + 1 }
}

export interface Turned<Row> {
  readonly rows: Row[]
  readonly next: string | null
  readonly previous: string | null
  /** Known only where one page holds everything. */
  readonly total: number | null
}

/** Rows as the query gave them (one more than the limit, in its direction) → the page as people read it. */
export function toPage<Row, Key>(found: readonly Row[], turn: Turn<Key>, keyOf: (row: Row) => Key): Turned<Row> {
  const hasMore = found.length > turn.limit
  const rows = found.slice(0, turn.limit)
  if (turn.isBackwards) rows.reverse()
  const [first, last] = [rows[0], rows.at(-1)]
  const hasNext = turn.isBackwards || hasMore
  const hasPrevious = turn.isBackwards ? hasMore : !turn.isFirst
  return {
    rows,
    next: hasNext && last !== undefined ? writeCursor(keyOf(last)) : null,
    previous: hasPrevious && first !== undefined ? writeCursor(keyOf(first)) : null,
    total: turn.isFirst && !hasMore ? rows.length : null,
  }
}
