import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { readBlobTexts } from '@/lib/catalog/blobs'
import { db, pool } from '@/lib/db/client'
import { Where } from '@/lib/db/where'
import { type DeployAddress, findRecord } from '@/lib/deploys/find-record'
import { TaskStateSchema } from '@/lib/deploys/views'
import { notFound } from '@/lib/errors'
import { isoOrNull } from '@/lib/iso-time'
import { orderOf, PageAskSchema, parseAsk, toPage, turnOf } from '@/lib/page'
import { mostLiveBytes, mostOutputBytes } from '@/lib/protocol/command'
import {
  type CommandGroup,
  type CommandOutput,
  type CommandRow,
  type CommandRows,
  type CommandStand,
  type LiveTarget,
  stateLetters,
} from './views'

const mostGroups = 30
const mostNames = 12
const beginningBytes = 4000
const mostLive = 6
const endCharacters = 1200

/** Targets that ended alike have the same key; a path of SQL, so that a list is filtered by it too. */
export const groupKey = `concat_ws('.', t.state, coalesce(t.code, '-'), coalesce(t."exitCode"::text, '-'), coalesce(left(t."outputDigest", 16), '-'))`
const nameOf = `coalesce(t."unitName", m.name, '')`

interface GroupRow extends Omit<CommandGroup, 'beginning' | 'sizeBytes'> {}

/** How a command stands: a letter a target, and what those that ended said, the most frequent first. */
export async function readCommand(actor: Actor, address: DeployAddress): Promise<CommandStand> {
  const { id } = await findRecord(actor, address, 'log.see')
  const [board, groups, live] = await Promise.all([boardOf(id), groupsOf(id), liveOf(id)])
  const shown = groups.slice(0, mostGroups)
  const beginnings = await beginningsOf(shown.flatMap((group) => group.digest ?? []))
  return {
    ...board,
    groups: shown.map((group) => ({ ...group, ...(beginnings.get(group.digest ?? '') ?? { beginning: null, sizeBytes: 0 }) })),
    moreGroups: groups.length - shown.length,
    live,
  }
}

async function boardOf(recordId: string): Promise<Pick<CommandStand, 'board' | 'counts'>> {
  const letterOf = new Map(Object.entries(stateLetters).map(([letter, state]) => [state as string, letter]))
  const { rows } = await pool.query<{ state: string }>({
    name: 'command-board',
    text: `select state::text from "Task" where "recordId" = $1 and verb <> 'record' order by index`,
    values: [recordId],
  })
  const counts: Record<string, number> = {}
  for (const { state } of rows) counts[state] = (counts[state] ?? 0) + 1
  return { board: rows.map((row) => letterOf.get(row.state)).join(''), counts }
}

async function groupsOf(recordId: string): Promise<GroupRow[]> {
  const { rows } = await pool.query<GroupRow>({
    name: 'command-groups',
    text: `select ${groupKey} as key, t.state::text as state, t.code, t."exitCode", t."outputDigest" as digest, count(*)::int as count,
             (array_agg(${nameOf} order by t.index))[1:${mostNames}] as names
           from "Task" t left join "Machine" m on m.id = t."machineId"
           where t."recordId" = $1 and t."endedAt" is not null and t.verb <> 'record'
           group by 1, 2, 3, 4, 5 order by count(*) desc, min(t.index) limit 1000`,
    values: [recordId],
  })
  return rows
}

async function liveOf(recordId: string): Promise<LiveTarget[]> {
  const { rows } = await pool.query<LiveTarget>({
    name: 'command-live',
    text: `select t.index, ${nameOf} as name, right(d."liveOutput", ${endCharacters}) as end, d."liveBytes" as "outputBytes"
           from "DesiredCommand" d join "Task" t on t.id = d."taskId" left join "Machine" m on m.id = t."machineId"
           where d."recordId" = $1 and d."liveBytes" > 0 and t.state = 'running' order by t.index limit ${mostLive}`,
    values: [recordId],
  })
  return rows
}

async function beginningsOf(digests: readonly string[]): Promise<Map<string, { beginning: string; sizeBytes: number }>> {
  const { rows } = await pool.query<{ digest: string; bytes: Buffer; sizeBytes: number }>(
    `select b.digest, b."sizeBytes", substring(c.bytes from 1 for ${beginningBytes}) as bytes
     from "Blob" b join "BlobChunk" c on c.digest = b.digest and c.index = 0 where b.digest = any($1::text[])`,
    [digests],
  )
  return new Map(rows.map(({ digest, bytes, sizeBytes }) => [digest, { beginning: bytes.toString('utf8'), sizeBytes }]))
}

export const CommandRowsAskSchema = PageAskSchema.extend({
  state: TaskStateSchema.optional(),
  group: z.string().max(200).optional(),
  q: z.string().trim().max(100).optional(),
})
export type CommandRowsAsk = z.input<typeof CommandRowsAskSchema> & DeployAddress

export interface ResultRow {
  index: number
  name: string
  machineName: string | null
  state: CommandRow['state']
  code: string | null
  message: string | null
  exitCode: number | null
  outputBytes: number | null
  outputDigest: string | null
  group: string
  startedAt: Date | null
  endedAt: Date | null
}

export const rowColumns = `t.index, ${nameOf} as name, m.name as "machineName", t.state::text as state, t.code, t.message, t."exitCode",
  t."outputBytes", t."outputDigest", ${groupKey} as "group", t."startedAt", t."endedAt"`

/** Its targets in the order of the plan. */
export async function listCommandRows(actor: Actor, { organization, number, ...input }: CommandRowsAsk): Promise<CommandRows> {
  const ask = parseAsk(CommandRowsAskSchema, input)
  const { id } = await findRecord(actor, { organization, number }, 'log.see')
  const turn = turnOf(ask, z.tuple([z.int()]), 100)
  const order = orderOf(turn, false)
  const where = new Where().and(`t."recordId" = ? and t.verb <> 'record'`, id)
  if (ask.state) where.and('t.state = ?::"TaskState"', ask.state)
  if (ask.group) where.and(`${groupKey} = ?`, ask.group)
  if (ask.q) where.and(`position(lower(?) in lower(${nameOf} || ' ' || coalesce(m.name, ''))) > 0`, ask.q)
  if (turn.key) where.and(`t.index ${order.operator} ?::int`, ...turn.key)
  const { rows } = await pool.query<ListedRow>(
    `select ${rowColumns}, d."liveBytes" from "Task" t left join "Machine" m on m.id = t."machineId"
       left join "DesiredCommand" d on d."machineId" = t."machineId" and d."taskId" = t.id
     where ${where.text} order by t.index ${order.direction} limit ${order.take}`,
    where.values,
  )
  const page = toPage(rows, turn, (row): [number] => [row.index])
  return { items: page.rows.map(viewOf), next: page.next, previous: page.previous, total: null }
}

interface ListedRow extends ResultRow {
  liveBytes: number | null
}

const viewOf = ({ outputDigest: _, liveBytes, startedAt, endedAt, ...row }: ListedRow): CommandRow => ({
  ...row,
  outputBytes: row.outputBytes ?? liveBytes,
  isCut: isCut(row.outputBytes),
  startedAt: isoOrNull(startedAt),
  endedAt: isoOrNull(endedAt),
})

export const isCut = (outputBytes: number | null): boolean => (outputBytes ?? 0) > mostOutputBytes

/** What one target printed, as far as it is kept; what it has printed so far, while it runs. */
export async function readCommandOutput(actor: Actor, { index, ...address }: DeployAddress & { index: number }): Promise<CommandOutput> {
  const { id } = await findRecord(actor, address, 'log.see')
  const task = await db.task.findUnique({ where: { recordId_index: { recordId: id, index } } })
  if (!task) throw notFound('This output')
  const { machineId, outputDigest: digest, outputBytes } = task
  const machine = await db.machine.findUnique({ where: { id: machineId ?? '' }, select: { name: true } })
  const name = task.unitName ?? machine?.name ?? ''
  if (digest) {
    const text = (await readBlobTexts(db, [digest])).get(digest) ?? ''
    return { name, text, outputBytes: outputBytes ?? 0, isCut: isCut(outputBytes), isLive: false }
  }
  const key = { machineId_taskId: { machineId: machineId ?? '', taskId: task.id } }
  const live = await db.desiredCommand.findUnique({ where: key, select: { liveOutput: true, liveBytes: true } })
  if (!live?.liveBytes) throw notFound('This output')
  return { name, text: live.liveOutput ?? '', outputBytes: live.liveBytes, isCut: live.liveBytes > mostLiveBytes, isLive: true }
}
