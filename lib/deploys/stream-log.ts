import type { Actor } from '@/lib/auth/actor'
import type { DeployAddress } from './find-record'
import { type LineRow, linesOfRecord, type OpenLog, openLog } from './read-log'

const pageLines = 5_000

/** The whole log as text, some thousand lines at a time: a reader that is slow holds no more than that. */
export async function streamLog(actor: Actor, address: DeployAddress): Promise<AsyncGenerator<string>> {
  return textOf(await openLog(actor, address))
}

async function* textOf(log: OpenLog): AsyncGenerator<string> {
  const names = new Map(log.tasks.map((task) => [task.id, [task.verb.replaceAll('_', ' '), task.unitName].filter(Boolean).join(' ')]))
  for (let from = 0; from < log.facts.lines; from += pageLines) {
    const rows = await linesOfRecord(log, { from, limit: pageLines })
    if (rows.length === 0) continue
    yield `${rows.map((row) => textLine(row, names)).join('\n')}\n`
  }
}

function textLine({ at, task_id, stream, text }: LineRow, names: ReadonlyMap<string, string>): string {
  const task = task_id === null ? '' : ` [${names.get(task_id) ?? task_id}]`
  return `${at.toISOString()}${task} ${stream === 'stderr' ? 'stderr: ' : ''}${text}`
}
