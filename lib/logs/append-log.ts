import type { Tx } from '@/lib/db/client'

export interface LogEntry {
  readonly taskId: string | null
  readonly attempt: number
  readonly seq: number
  /** The writer's clock. Order is by line number, never by this. */
  readonly at: Date
  readonly stream: 'stdout' | 'stderr' | 'agent' | 'system' | 'section' | 'gap'
  readonly text: string
}

/** A record keeps this much log, then says so once and drops the rest. */
export const logLimitBytes = 64 << 20
const maxLineChars = 16_384

interface Cursor {
  readonly id: string
  readonly lines: bigint
  readonly bytes: bigint
  readonly truncated: boolean
}

/** Lines that differ in time and text only travel as one: the database takes them apart. */
interface Run {
  readonly recordId: string
  readonly before: number
  readonly like: LogEntry
  readonly at: number[]
  readonly texts: string[]
}

/** Adds lines to one record's log. */
export const appendLog = (tx: Tx, recordId: string, entries: readonly LogEntry[]): Promise<void> =>
  appendLogs(tx, new Map([[recordId, entries]]))

/**
 * Adds lines to the logs of several records, each numbered without a gap. The cursors' row locks, taken in id order, order
 * the writers of one record; the caller acknowledges to the sender only after the commit.
 */
export async function appendLogs(tx: Tx, logs: ReadonlyMap<string, readonly LogEntry[]>): Promise<void> {
  const all = [...logs]
    .map(([id, entries]) => ({ id, lines: entries.flatMap(splitLines) }))
    .filter(({ lines }) => lines.length > 0)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  if (all.length === 0) return
  const bytes = all.map(({ lines }) => lines.reduce((sum, line) => sum + Buffer.byteLength(line.text), 0))
  const cursors = await tx.$queryRaw<Cursor[]>`
    insert into journal.log_cursor as c (record_id, lines, bytes)
    select * from unnest(${all.map(({ id }) => id)}::text[], ${all.map(({ lines }) => lines.length)}::bigint[], ${bytes}::bigint[])
    on conflict (record_id) do update set
      lines = c.lines + case when c.truncated then 0 else excluded.lines end,
      bytes = c.bytes + case when c.truncated then 0 else excluded.bytes end
    returning record_id as id, lines, bytes, truncated`
  const open = new Map(cursors.filter((cursor) => !cursor.truncated).map((cursor) => [cursor.id, cursor]))
  await insertRuns(
    tx,
    all.flatMap(({ id, lines }) => {
      const cursor = open.get(id)
      return cursor ? runsOf(id, lines, Number(cursor.lines) - lines.length) : []
    }),
  )
  for (const cursor of open.values()) if (Number(cursor.bytes) > logLimitBytes) await truncate(tx, cursor)
}

async function truncate(tx: Tx, { id, lines }: Cursor): Promise<void> {
  await tx.$executeRaw`update journal.log_cursor set truncated = true, lines = lines + 1 where record_id = ${id}`
  const text = `The log of this deploy reached ${logLimitBytes >> 20} MiB. Later lines were not kept.`
  await insertRuns(tx, runsOf(id, [{ taskId: null, attempt: 0, seq: 0, at: new Date(), stream: 'gap', text }], Number(lines)))
}

function runsOf(recordId: string, lines: readonly LogEntry[], before: number): Run[] {
  const runs: Run[] = []
  for (const [index, line] of lines.entries()) {
    let run = runs.at(-1)
    if (!run || !isLike(run.like, line)) runs.push((run = { recordId, before: before + index, like: line, at: [], texts: [] }))
    run.at.push(line.at.getTime())
    run.texts.push(line.text)
  }
  return runs
}

const isLike = (a: LogEntry, b: LogEntry): boolean =>
  a.seq === b.seq && a.taskId === b.taskId && a.attempt === b.attempt && a.stream === b.stream

/** No line holds a line feed, so it can stand between them: one long text is far cheaper to hand over than many short ones. */
async function insertRuns(tx: Tx, runs: readonly Run[]): Promise<void> {
  if (runs.length === 0) return
  await tx.$executeRaw`
    insert into journal.log_line (day, record_id, line, task_id, attempt, seq, at, stream, text)
    select current_date, r.record_id, r.before + l.n, r.task_id, r.attempt, r.seq, to_timestamp(l.at::float8 / 1000), r.stream, coalesce(l.text, '')
    from unnest(${runs.map((run) => run.recordId)}::text[], ${runs.map((run) => run.before)}::bigint[],
                ${runs.map((run) => run.like.taskId)}::text[], ${runs.map((run) => run.like.attempt)}::int[],
                ${runs.map((run) => run.like.seq)}::int[], ${runs.map((run) => run.like.stream)}::text[],
                ${runs.map((run) => run.at.join(','))}::text[], ${runs.map((run) => run.texts.join('\n'))}::text[])
      as r(record_id, before, task_id, attempt, seq, stream, at, texts),
    unnest(string_to_array(r.at, ','), string_to_array(r.texts, E'\\n')) with ordinality as l(at, text, n)`
}

/** One row a line. NUL cannot be stored, and a line without end is cut where a screen could not show it anyway. */
function splitLines(entry: LogEntry): LogEntry | LogEntry[] {
  const { text } = entry
  if (text.length <= maxLineChars && !/[\n\0]/.test(text)) return entry
  const clean = text.replaceAll('\u0000', '�').replace(/\r?\n$/, '')
  return clean.split(/\r?\n/).map((line) => ({ ...entry, text: line.length > maxLineChars ? `${line.slice(0, maxLineChars)} …` : line }))
}
