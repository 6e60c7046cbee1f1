import type { Actor } from '@/lib/auth/actor'
import { db, pool } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { AppError } from '@/lib/errors'
import { type LogFacts, readLogFacts } from '@/lib/logs/log-facts'
import { type DeployAddress, findRecord } from './find-record'
import { findFirstError } from './first-error'
import type { LogLine, LogPage } from './log-views'

export interface ReadLogAsk extends DeployAddress {
  /** 0-based offset among the lines of the filter. */
  readonly from: number
  readonly limit: number
  /** Index of a task in the plan; missing = all lines. */
  readonly task?: number | undefined
}

export interface LogTask {
  readonly id: string
  readonly index: number
  readonly state: string
  readonly verb: string
  readonly unitName: string | null
}

/** The log of a record as its readers ask for it: who may, its tasks, and how much of it there is. */
export interface OpenLog {
  readonly record: DeployRecord
  readonly tasks: readonly LogTask[]
  readonly facts: LogFacts
}

export async function openLog(actor: Actor, address: DeployAddress): Promise<OpenLog> {
  const record = await findRecord(actor, address, 'log.see')
  const [tasks, facts] = await Promise.all([
    db.task.findMany({
      where: { recordId: record.id },
      select: { id: true, index: true, state: true, verb: true, unitName: true },
      orderBy: { index: 'asc' },
    }),
    readLogFacts(record.id),
  ])
  return { record, tasks, facts }
}

export function taskAt({ tasks }: OpenLog, index: number | undefined): LogTask | undefined {
  if (index === undefined) return undefined
  const task = tasks.find((one) => one.index === index)
  if (!task) throw new AppError('not_found', 'This deploy has no such task.')
  return task
}

/** Lines by range: the whole log by line number, a task's by its index. Both are one range of one index. */
export async function readLog(actor: Actor, { from, limit, task: index, ...address }: ReadLogAsk): Promise<LogPage> {
  const log = await openLog(actor, address)
  const task = taskAt(log, index)
  const rows = await (task ? linesOfTask(log, task.id, { from, limit }) : linesOfRecord(log, { from, limit }))
  const indexes = new Map(log.tasks.map((one) => [one.id, one.index]))
  return {
    from,
    lines: rows.map((row) => lineOf(row, indexes)),
    total: task ? (log.facts.byTask.get(task.id) ?? 0) : log.facts.lines,
    ended: log.record.endedAt !== null,
    firstErrorLine: await findFirstError(log),
    tasks: log.tasks.flatMap((one) => {
      const lines = log.facts.byTask.get(one.id) ?? 0
      return lines > 0 ? [{ index: one.index, lines }] : []
    }),
  }
}

export interface LineRow {
  line: string
  at: Date
  task_id: string | null
  attempt: number
  stream: string
  text: string
}

interface Range {
  readonly from: number
  readonly limit: number
}

const columns = 'line, at, task_id, attempt, stream, text'

/** Lines are numbered without a gap, so an offset is a line number. */
export async function linesOfRecord({ record, facts }: OpenLog, { from, limit }: Range): Promise<LineRow[]> {
  const { rows } = await pool.query<LineRow>({
    name: 'log-lines',
    text: `select ${columns} from journal.log_line
           where record_id = $1 and line > $2 and line <= $3 and day >= $4::date order by line`,
    values: [record.id, from, Math.min(from + limit, facts.lines), facts.day],
  })
  return rows
}

async function linesOfTask({ record, facts }: OpenLog, taskId: string, { from, limit }: Range): Promise<LineRow[]> {
  const { rows } = await pool.query<LineRow>({
    name: 'log-lines-of-task',
    text: `select ${columns} from journal.log_line
           where record_id = $1 and task_id = $2 and day >= $3::date order by line offset $4 limit $5`,
    values: [record.id, taskId, facts.day, from, limit],
  })
  return rows
}

/** What the agent and the hub say about the work is the system's voice to a reader. */
export function lineOf(row: LineRow, indexes: ReadonlyMap<string, number>): LogLine {
  return {
    line: Number(row.line),
    at: row.at.toISOString(),
    task: row.task_id === null ? null : (indexes.get(row.task_id) ?? null),
    attempt: row.attempt,
    stream: row.stream === 'agent' ? 'system' : (row.stream as LogLine['stream']),
    text: row.text,
  }
}
