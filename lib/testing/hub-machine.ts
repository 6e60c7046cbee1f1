import type { WebSocket } from 'ws'
import type { CommandEntry } from '@/lib/protocol/command'
import type { DesiredSet, UnitEntry } from '@/lib/protocol/desired'
import { type RatchetState, seal, sealContext } from '@/lib/protocol/identity'
import type { InitOrder } from '@/lib/protocol/init'
import { signLease } from '@/lib/protocol/lease'
import type { AgentMessage, Hello, HubMessageBody, Inventory } from '@/lib/protocol/messages'
import type { NewsItem } from '@/lib/protocol/news'

/** What the hub of a test knows of one machine. */
export type Machine = Pick<Hello, 'signKey' | 'boxKey'> & {
  id: string
  ratchet: RatchetState
  revision: number
  entries: Map<string, UnitEntry>
  secrets: Map<string, string>
  commands: Map<string, CommandEntry>
  init: InitOrder | undefined
  ackedSeq: number
  news: NewsItem[]
  inventories: Inventory[]
  /** The newest of each type. */
  said: Map<string, AgentMessage>
  /** Of the agents that were let in, in their order. */
  versions: string[]
  socket: WebSocket | undefined
  nonce: string
}

export const newMachine = (id: string, { signKey, boxKey }: Hello): Machine => ({
  id,
  signKey,
  boxKey,
  ratchet: { current: null, previous: null },
  revision: 0,
  entries: new Map(),
  secrets: new Map(),
  commands: new Map(),
  init: undefined,
  ackedSeq: 0,
  news: [],
  inventories: [],
  said: new Map(),
  versions: [],
  socket: undefined,
  nonce: '',
})

/** The set as it is signed: secrets sealed for this machine, commands told again with every set. */
export function desiredFor(
  machine: Machine,
  { era, entries, full }: Pick<DesiredSet, 'era' | 'full'> & { entries: UnitEntry[] },
): DesiredSet {
  const secrets = [...machine.secrets].map(([reference, value]) => [
    reference,
    seal(machine.boxKey, value, sealContext.secret(machine.id, reference)),
  ])
  return {
    full,
    machineId: machine.id,
    session: machine.nonce,
    era,
    revision: machine.revision,
    notAfterMs: 60_000,
    entries,
    packages: [],
    commands: [...machine.commands.values()],
    ...(machine.init ? { init: machine.init } : {}),
    secrets: Object.fromEntries(secrets),
  }
}

/** Whatever the machine asks for is lent to it, in the words of the real hub. */
export function leaseFor(
  machine: Machine,
  { seq, units }: Extract<AgentMessage, { type: 'lease-ask' }>,
  leaseMs: number,
  hubPrivateKey: string,
): HubMessageBody {
  const grant = { machineId: machine.id, session: machine.nonce, seq, units: units.map((key) => ({ ...key, leaseMs })) }
  return { type: 'lease', ...grant, signature: signLease(hubPrivateKey, grant) }
}
