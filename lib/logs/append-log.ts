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

/**
 * Adds lines to a record's log, numbered without a gap. The cursor's row lock orders the writers of one record; the
 * caller acknowledges to the sender only after the commit.
 */
export async function appendLog(tx: Tx, recordId: string, entries: readonly LogEntry[]): Promise<void> {
  const lines = entries.flatMap(splitLines)
  if (lines.length === 0) return
  const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line.text), 0)
  const [cursor] = await tx.$queryRaw<{ lines: bigint; bytes: bigint; truncated: boolean }[]>`
    insert into journal.log_cursor as c (record_id, lines, bytes) values (${recordId}, ${lines.length}, ${bytes})
    on conflict (record_id) do update set
      lines = c.lines + case when c.truncated then 0 else excluded.lines end,
      bytes = c.bytes + case when c.truncated then 0 else excluded.bytes end
    returning lines, bytes, truncated`
  if (!cursor || cursor.truncated) return
  await insertLines(tx, recordId, lines, Number(cursor.lines) - lines.length)
  if (Number(cursor.bytes) > logLimitBytes) await truncate(tx, recordId, Number(cursor.lines))
}

async function truncate(tx: Tx, recordId: string, lines: number): Promise<void> {
  await tx.$executeRaw`update journal.log_cursor set truncated = true, lines = lines + 1 where record_id = ${recordId}`
  const text = `The log of this deploy reached ${logLimitBytes >> 20} MiB. Later lines were not kept.`
  await insertLines(tx, recordId, [{ taskId: null, attempt: 0, seq: 0, at: new Date(), stream: 'gap', text }], lines)
}

async function insertLines(tx: Tx, recordId: string, lines: readonly LogEntry[], before: number): Promise<void> {
  await tx.$executeRaw`
    insert into journal.log_line (day, record_id, line, task_id, attempt, seq, at, stream, text)
    select current_date, ${recordId}, ${before} + n, task_id, attempt, seq, at, stream, text
    from unnest(${lines.map((line) => line.taskId)}::text[], ${lines.map((line) => line.attempt)}::int[], ${lines.map((line) => line.seq)}::int[],
                ${lines.map((line) => line.at)}::timestamptz[], ${lines.map((line) => line.stream)}::text[], ${lines.map((line) => line.text)}::text[])
      with ordinality as t(task_id, attempt, seq, at, stream, text, n)`
}

/** One row a line. NUL cannot be stored, and a line without end is cut where a screen could not show it anyway. */
function splitLines(entry: LogEntry): LogEntry[] {
  const text = entry.text.replaceAll('\u0000', '�').replace(/\r?\n$/, '')
  return text.split(/\r?\n/).map((line) => ({ ...entry, text: line.length > maxLineChars ? `${line.slice(0, maxLineChars)} …` : line }))
}
