import type { UnitEntry } from '@/lib/protocol/desired'
import type { InventoryUnit } from '@/lib/protocol/messages'
import type { UnitNews } from '@/lib/protocol/news'
import { mainMarkOf } from './holder'
import type { Home } from './home'
import { heldOf } from './supervisor'
import type { UnitRecord } from './unit-record'

function pidOf(record: UnitRecord, home: Home): number | undefined {
  if (!record.process) return undefined
  const held = heldOf(record.process, home.run(record.process.runId))
  return mainMarkOf(held)?.pid ?? held.mark.pid
}

/** It came with data that are not in their place yet. */
export const needsData = ({ tookOver }: UnitRecord, { copyId, wanted }: UnitEntry): boolean =>
  copyId !== undefined && wanted !== 'absent' && tookOver !== copyId

/** The unit as the hub should know it now. */
export function newsOf(record: UnitRecord, home: Home, facts?: Record<string, unknown>): UnitNews {
  const { unitId, generation, transition, content, exitCode, code, message, lastLines, left, restarts } = record
  const pid = pidOf(record, home)
  const state = record.state ?? 'deployed'
  return {
    unitId,
    generation,
    state,
    transition,
    contentDigest: contentDigestOfRecord(record),
    releaseId: content?.release.id ?? null,
    ...(pid === undefined ? {} : { pid }),
    ...(code === null ? {} : { code, exitCode, lastLines }),
    ...(message === null ? {} : { message: message.slice(0, 4000) }),
    ...(facts ? { facts } : {}),
    ...(state === 'removed' ? { left } : {}),
    relations: record.related?.digest ?? null,
    restarts,
    at: new Date().toISOString(),
  }
}

/** What runs, as far as it was wholly taken up: a half applied change has no digest. */
function contentDigestOfRecord({ applied, isDirty }: UnitRecord): string | null {
  return applied && !isDirty ? applied.digest : null
}

export function inventoryOf(record: UnitRecord, home: Home): InventoryUnit | undefined {
  if (record.state === null) return undefined
  const { unitId, unit, generation, state, content, code, message, exitCode, restarts } = record
  const pid = pidOf(record, home)
  return {
    unitId,
    unit,
    generation,
    state,
    contentDigest: contentDigestOfRecord(record),
    releaseId: content?.release.id ?? null,
    packageDigest: record.package,
    ...(pid === undefined ? {} : { pid }),
    ...(code === null ? {} : { code, exitCode }),
    ...(message === null ? {} : { message: message.slice(0, 4000) }),
    restarts,
    ports: content?.ports ?? {},
  }
}

/** So that equal news is not told twice. Both are built in one way, so their keys stand in one order. */
export function sameNews(a: UnitNews | undefined, b: UnitNews): boolean {
  return a !== undefined && JSON.stringify({ ...a, at: '' }) === JSON.stringify({ ...b, at: '' })
}
