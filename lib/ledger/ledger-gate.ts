import type { Actor } from '@/lib/auth/actor'
import { lacks, type No, no } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import type { Ledger } from '@/lib/db/generated/client'
import { pace } from '@/lib/pace'
import type { Home } from './stranger'
import type { LedgerAct } from './views'

/** What may become of each kind of line. */
const actsOf: Readonly<Record<string, readonly LedgerAct[]>> = {
  unit: ['adopt', 'remove', 'remove_with_data', 'forget'],
  data: ['delete_data', 'forget'],
  reservation: ['forget'],
  differs: ['adopt', 'forget'],
  missing: ['remove', 'forget'],
  // Nobody here reaches its cluster any more.
  workload: ['forget'],
}

/** The name to type, where data are lost or nobody will know where they lie. */
export const typedFor = (act: LedgerAct, line: Pick<Ledger, 'kind' | 'unitName' | 'what'>): string | null =>
  act === 'remove_with_data' || act === 'delete_data' || (act === 'forget' && line.kind === 'data') ? (line.unitName ?? line.what) : null

export interface LedgerFacts {
  readonly line: Pick<Ledger, 'kind' | 'closedAt' | 'machineId' | 'unitId' | 'askedAt' | 'refusedAs'>
  /** What its machine can do now; null = it is gone from the platform. */
  readonly machine: { readonly isHeard: boolean; readonly isTooOld: boolean } | null
  /** The unit lives on that machine now: it is changed by deploys. */
  readonly livesThere: boolean
  /** The machine was told already, and what becomes of the data. */
  readonly asked: { readonly keepData: boolean } | null
  /** Of a unit that the hub does not know: which service it is of. */
  readonly home: Home | null
}

const homeless: Readonly<Record<Extract<Home, { ok: false }>['code'], string>> = {
  no_home: 'There is no service here that it could be of.',
  many_homes: 'Several services here have its name; remove it, or forget it.',
  number_taken: 'Its service has another unit of this number.',
}

export function whyNotDecide(actor: Actor, act: LedgerAct, facts: LedgerFacts): No | undefined {
  const { line, livesThere, asked, home } = facts
  const refused = lacks(actor, 'machine.manage', {})
  if (refused) return refused
  if (line.closedAt) return no('ledger_closed', 'It has been decided.')
  if (!actsOf[line.kind]?.includes(act)) return no('wrong_state', 'Not for this kind of line.')
  if (act === 'adopt' && line.kind === 'unit') {
    // What a deploy left behind is no unit of anybody's any more.
    if (!home) return no('wrong_state', 'Not for this kind of line.')
    if (asked) return no('removal_asked', 'The machine is told already; it removes it when it answers.')
    return home.ok ? undefined : no(home.code, homeless[home.code])
  }
  if (act === 'delete_data') return whyNotDelete(facts)
  const isRemoval = line.kind === 'unit' && act !== 'forget'
  if (isRemoval && (!line.machineId || !line.unitId)) return no('machine_gone', 'Its machine is not known any more.')
  if (isRemoval && livesThere) return no('unit_lives', 'The unit lives on this machine; change it by a deploy.')
  if (act === 'remove' && asked) return no('removal_asked', 'The machine is told already; it removes it when it answers.')
  if (act === 'remove_with_data' && asked && !asked.keepData)
    return no('removal_asked', 'The machine is told already; it removes it when it answers.')
  return undefined
}

/** It was told a moment ago, and may be at it. */
export const isDropAsked = ({ askedAt, refusedAs }: Pick<Ledger, 'askedAt' | 'refusedAs'>): boolean =>
  askedAt !== null && refusedAs === null && clock.nowMs() - askedAt.getTime() < pace('commandWord')

/** A person watches it being done: the machine must be there to do it. */
function whyNotDelete({ line, livesThere, machine }: LedgerFacts): No | undefined {
  if (!line.machineId || !line.unitId || !machine) return no('machine_gone', 'Its machine is not known any more.')
  if (livesThere) return no('unit_lives', 'The unit lives on this machine; change it by a deploy.')
  if (!machine.isHeard) return no('machine_silent', 'Its machine is not heard.')
  if (machine.isTooOld) return no('agent_too_old', 'The agent of its machine is too old for that; update it first.')
  if (isDropAsked(line)) return no('removal_asked', 'The machine is told already; it removes it when it answers.')
  return undefined
}
