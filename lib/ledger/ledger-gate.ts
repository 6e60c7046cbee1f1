import type { Actor } from '@/lib/auth/actor'
import { lacks, type No, no } from '@/lib/auth/gate'
import type { Ledger } from '@/lib/db/generated/client'
import type { Home } from './stranger'
import type { LedgerAct } from './views'

/** What may become of each kind of line. Data and room are not the hub's to remove: they go with their unit, or are forgotten. */
const actsOf: Readonly<Record<string, readonly LedgerAct[]>> = {
  unit: ['adopt', 'remove', 'remove_with_data', 'forget'],
  data: ['forget'],
  reservation: ['forget'],
  differs: ['adopt', 'forget'],
  missing: ['remove', 'forget'],
}

/** The name to type, where data are lost or nobody will know where they lie. */
export const typedFor = (act: LedgerAct, line: Pick<Ledger, 'kind' | 'unitName' | 'what'>): string | null =>
  act === 'remove_with_data' || (act === 'forget' && line.kind === 'data') ? (line.unitName ?? line.what) : null

export interface LedgerFacts {
  readonly line: Pick<Ledger, 'kind' | 'closedAt' | 'machineId' | 'unitId'>
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

export function whyNotDecide(actor: Actor, act: LedgerAct, { line, livesThere, asked, home }: LedgerFacts): No | undefined {
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
  const isRemoval = line.kind === 'unit' && act !== 'forget'
  if (isRemoval && (!line.machineId || !line.unitId)) return no('machine_gone', 'Its machine is not known any more.')
  if (isRemoval && livesThere) return no('unit_lives', 'The unit lives on this machine; change it by a deploy.')
  if (act === 'remove' && asked) return no('removal_asked', 'The machine is told already; it removes it when it answers.')
  if (act === 'remove_with_data' && asked && !asked.keepData)
    return no('removal_asked', 'The machine is told already; it removes it when it answers.')
  return undefined
}
