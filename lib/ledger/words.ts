import type { Prisma } from '@/lib/db/generated/client'
import { json } from '@/lib/db/json'
import type { Sentence } from '@/lib/views'
import { type LedgerSaid, LedgerSaidSchema } from './views'

type Values = Sentence['values']

/** What stands in lines of the ledger, in English: for search, for programs, and where a catalogue has no words for the code. */
const english = {
  left_given_up: ({ unit, machine }: Values) => `${unit} was given up on ${machine}`,
  left_may_run: ({ unit, machine }: Values) => `${unit} may still run on ${machine}`,
  left_under_way: ({ unit, verb }: Values) => `${unit}: ${verb} was under way`,
  left_ports: ({ ports }: Values) => `ports ${ports}`,
  left_stranger: ({ unit, state }: Values) => `${unit} is ${state} on the machine`,
  left_differs: ({ unit }: Values) => `${unit} runs another content than this hub remembers`,
  left_missing: ({ unit }: Values) => `the machine does not have ${unit} any more`,
  left_in_cluster: ({ unit, namespace, cluster, objects }: Values) => `${unit} in namespace ${namespace} of cluster ${cluster}: ${objects}`,
  because_let_go: () => 'its cluster was removed from here, and an operator left it running',
  because_forgotten: () => 'its cluster was forgotten: nobody could take it out',
  because_abandoned: () => 'an operator abandoned the machine’s units',
  because_in_error: () => 'it was in error when its machine was lost',
  because_one_each: () => 'there is one on each machine, and its machine was lost',
  because_not_there: () => 'the machine does not have it any more',
  because_elsewhere: ({ number }: Values) => `deploy #${number} made it again elsewhere while the machine was lost`,
  because_given_up: ({ number }: Values) => `deploy #${number} was given up before the machine confirmed its cancel`,
  because_no_answer: ({ number }: Values) => `deploy #${number} was given up while the machine had not answered`,
  because_unknown: () => 'the hub does not know this unit',
  because_restored: () => 'the hub was restored from a backup',
  because_copied: ({ number, machine }: Values) => `deploy #${number} copied it to ${machine}`,
  because_aside: () => 'it lay where data of its unit were to be put',
  because_kept: () => 'kept when its unit was removed',
} as const

export type LedgerCode = keyof typeof english
export interface LedgerWord {
  readonly code: LedgerCode
  readonly values?: Values
}

const textOf = ({ code, values = {} }: LedgerWord): string => english[code](values)
const sentenceOf = ({ code, values = {} }: LedgerWord): Sentence => ({ code, values })

/** Both as codes, worded where they are read, and as text. A path is what it is. */
export function ledgerWords(what: LedgerWord | string, why: LedgerWord): Pick<Prisma.LedgerUncheckedCreateInput, 'what' | 'why' | 'said'> {
  const isPath = typeof what === 'string'
  return {
    what: isPath ? what : textOf(what),
    why: textOf(why),
    said: json({ what: isPath ? null : sentenceOf(what), why: sentenceOf(why) }),
  }
}

export const saidOf = ({ said }: { readonly said: unknown }): LedgerSaid =>
  said === null ? { what: null, why: null } : LedgerSaidSchema.parse(said)

/** Of what was left in a cluster: its words carry the name, for the cluster's own is free again. */
export function clusterNameOf(line: { readonly clusterId: string | null; readonly said: unknown }): string | null {
  const name = line.clusterId === null ? undefined : saidOf(line).what?.values.cluster
  return name === undefined ? null : String(name)
}
