import type { Actor } from '@/lib/auth/actor'
import { readBlobTexts } from '@/lib/catalog/blobs'
import { db, pool } from '@/lib/db/client'
import { type DeployAddress, findRecord } from '@/lib/deploys/find-record'
import { isoOrNull } from '@/lib/iso-time'
import { csvLine } from './csv-line'
import { isCut, type ResultRow, rowColumns } from './read-command'

const pageRows = 100

/** All targets with what they printed, some at a time: a slow reader holds no more than that. */
export async function exportResults(
  actor: Actor,
  { as, ...address }: DeployAddress & { as: 'csv' | 'jsonl' },
): Promise<AsyncGenerator<string>> {
  const { id } = await findRecord(actor, address, 'log.see')
  return as === 'csv' ? csvOf(id) : linesOf(id)
}

const columns = ['target', 'machine', 'state', 'code', 'exitCode', 'startedAt', 'endedAt', 'outputBytes', 'isCut', 'output'] as const
type Result = Record<(typeof columns)[number], string | number | boolean | null>

async function* csvOf(recordId: string): AsyncGenerator<string> {
  yield csvLine([...columns])
  for await (const result of resultsOf(recordId)) yield csvLine(columns.map((column) => result[column]))
}

async function* linesOf(recordId: string): AsyncGenerator<string> {
  for await (const result of resultsOf(recordId)) yield `${JSON.stringify(result)}\n`
}

async function* resultsOf(recordId: string): AsyncGenerator<Result> {
  for (let after = -1; ; ) {
    const { rows } = await pool.query<ResultRow>(
      `select ${rowColumns} from "Task" t left join "Machine" m on m.id = t."machineId"
       where t."recordId" = $1 and t.index > $2 and t.verb <> 'record' order by t.index limit ${pageRows}`,
      [recordId, after],
    )
    const texts = await readBlobTexts(
      db,
      rows.flatMap((row) => row.outputDigest ?? []),
    )
    for (const row of rows) yield resultOf(row, texts)
    const last = rows.at(-1)
    if (!last || rows.length < pageRows) return
    after = last.index
  }
}

const resultOf = (row: ResultRow, texts: ReadonlyMap<string, string>): Result => ({
  target: row.name,
  machine: row.machineName,
  state: row.state,
  code: row.code,
  exitCode: row.exitCode,
  startedAt: isoOrNull(row.startedAt),
  endedAt: isoOrNull(row.endedAt),
  outputBytes: row.outputBytes,
  isCut: isCut(row.outputBytes),
  output: texts.get(row.outputDigest ?? '') ?? null,
})
