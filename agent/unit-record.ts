import { readdir } from 'node:fs/promises'
import type { UnitContent } from '@/lib/protocol/desired'
import type { TaskAddress } from '@/lib/protocol/names'
import type { UnitNews, UnitState } from '@/lib/protocol/news'
import type { UnitRelations } from '@/lib/protocol/relations'
import type { Step } from './converge'
import { readIfThere, writeDurably } from './durable'
import type { Home } from './home'
import type { ProcessMark } from './procfs'

/** One way from what is to what is wanted, kept on disk so that a restarted agent goes on where the old one stopped. */
export type Work = {
  id: string
  goal: string
  cause: TaskAddress | null
  steps: Step[]
  at: number
  transition: UnitNews['transition']
  fromVersion: string | null
}

export type UnitRecord = {
  unitId: string
  unit: string
  generation: number
  state: UnitState | null
  transition: UnitNews['transition']
  /** `<organisation>_<application>/<service>_<ordinal>` under apps; null until the first content came. */
  dir: string | null
  /** Digest of the package `current` leads to, and whether its install or upgrade hook ended well. */
  package: string | null
  isSetUp: boolean
  wasInstalled: boolean
  /** Whose files lie in the unit's folder; `applied` is the last one that was taken up wholly. */
  content: UnitContent | null
  applied: { content: UnitContent; digest: string } | null
  /** A change began on `applied` and did not end well. */
  isDirty: boolean
  work: Work | null
  /** The goal that was reached, or the one that failed and for whom. */
  reached: string | null
  failed: { goal: string; cause: string | null } | null
  restartToken: string | null
  /** Started and not stopped by us: the supervisor keeps it up. */
  shouldRun: boolean
  /** `kills`: how many processes the kernel had killed in its group before; missing in the record of an older agent. */
  process: { runId: string; mark: ProcessMark; startedAtMs: number; kills?: number } | null
  /** The group of processes that holds it to its size; null where nothing does. */
  group: string | null
  /** Uptime of recent exits in this boot, for telling a crash loop. */
  exits: { bootId: string; atMs: number[] }
  restarts: number
  /** How many processes of it were started on this machine; missing in the record of an older agent. */
  starts?: number
  exitCode: number | null
  code: string | null
  message: string | null
  lastLines: string[]
  /** The first passing check since the last start. */
  isChecked: boolean
  left: string[]
  /** The copy whose data it has taken over; missing in the record of an older agent. */
  tookOver?: string | null
  /** What lies in its folder, and what its `relation-changed` last ended well with. */
  relations: UnitRelations | null
  related: UnitRelations | null
}

export function newRecord(unitId: string, unit: string, generation: number): UnitRecord {
  return {
    unitId,
    unit,
    generation,
    state: null,
    transition: null,
    dir: null,
    package: null,
    isSetUp: false,
    wasInstalled: false,
    content: null,
    applied: null,
    isDirty: false,
    work: null,
    reached: null,
    failed: null,
    restartToken: null,
    shouldRun: false,
    process: null,
    group: null,
    exits: { bootId: '', atMs: [] },
    restarts: 0,
    exitCode: null,
    code: null,
    message: null,
    lastLines: [],
    isChecked: false,
    left: [],
    relations: null,
    related: null,
  }
}

export async function loadRecords(home: Home): Promise<UnitRecord[]> {
  const names = (await readdir(home.units)).filter((name) => name.endsWith('.json'))
  const records: UnitRecord[] = []
  for (const name of names) {
    const text = await readIfThere(home.unitRecord(name.slice(0, -5)))
    // A record of an earlier agent lacks what has been added since.
    if (text) records.push({ ...newRecord('', '', 1), ...(JSON.parse(text) as UnitRecord) })
  }
  return records
}

export async function saveRecord(home: Home, record: UnitRecord): Promise<void> {
  await writeDurably(home.unitRecord(record.unitId), JSON.stringify(record))
}
