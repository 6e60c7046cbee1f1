import { sha256Hex } from '@/lib/protocol/canonical'

/** The chain of what belongs to no organisation. */
export const platformChain = 'platform'

/** An event as it is sealed: its columns as texts, in this order. What is added later stands at the end. */
export type SealedEvent = readonly (string | null)[]

/** The SELECT list that makes one. Times to the microsecond, data in the database's own order of keys: the same for ever. */
export const sealedColumns = `e.id::text, to_char(e.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.name, e.version::text, e.organization_id,
  e.subject_kind, e.subject_id, e.actor_kind, e.actor_id, e.token_id, e.request_id, e.address, e.data::text`

export interface Seal {
  readonly chain: string
  readonly number: number
  readonly previous: string
  readonly hash: string
  readonly signature: string
  readonly eventIds: readonly string[]
}

/** What a seal of these events after that one has as its hash. */
export const hashOf = (previous: string, events: readonly SealedEvent[]): string =>
  sha256Hex([previous, ...events.map((event) => JSON.stringify(event))].join('\n'))

/** What the hub signs. */
export const sealText = ({ chain, number, hash }: Pick<Seal, 'chain' | 'number' | 'hash'>): string =>
  `tengen-audit-1\n${chain}\n${number}\n${hash}`

export type FaultKind = 'missing' | 'inserted' | 'changed' | 'broken' | 'forged'

export interface Fault {
  readonly kind: FaultKind
  readonly seal: number
  /** Which, where that can be told: a change is known to its seal only. */
  readonly eventIds: readonly string[]
}

/** What is wrong with one seal, given the one before it and the events that are there now. */
export function faultsOf(
  seal: Seal,
  { before, events, isSigned }: { before: { number: number; hash: string } | null; events: readonly SealedEvent[]; isSigned: boolean },
): Fault[] {
  const faults: Fault[] = []
  const say = (kind: FaultKind, eventIds: readonly string[] = []) => faults.push({ kind, seal: seal.number, eventIds })
  if (!isSigned) say('forged')
  // Seals are kept when their events are dropped: a chain begins with its first.
  const isNext = before ? before.number === seal.number - 1 && before.hash === seal.previous : seal.number === 1 && seal.previous === ''
  if (!isNext) say('broken')
  const ids = events.map(([id]) => id ?? '')
  const [sealed, there] = [new Set(seal.eventIds), new Set(ids)]
  const missing = seal.eventIds.filter((id) => !there.has(id))
  const inserted = ids.filter((id) => !sealed.has(id))
  if (missing.length > 0) say('missing', missing)
  if (inserted.length > 0) say('inserted', inserted)
  const isSame = hashOf(seal.previous, events) === seal.hash
  if (!isSame && missing.length === 0 && inserted.length === 0) say('changed', seal.eventIds)
  return faults
}
