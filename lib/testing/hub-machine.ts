import type { WebSocket } from 'ws'
import type { CommandEntry } from '@/lib/protocol/command'
import type { UnitEntry } from '@/lib/protocol/desired'
import type { RatchetState } from '@/lib/protocol/identity'
import type { Hello, Inventory } from '@/lib/protocol/messages'
import type { NewsItem } from '@/lib/protocol/news'

/** What the hub of the agents' tests knows of a machine. */
export type HubMachine = Pick<Hello, 'signKey' | 'boxKey'> & {
  id: string
  ratchet: RatchetState
  revision: number
  entries: Map<string, UnitEntry>
  secrets: Map<string, string>
  commands: Map<string, CommandEntry>
  ackedSeq: number
  news: NewsItem[]
  inventories: Inventory[]
  socket: WebSocket | undefined
  nonce: string
}

export const makeHubMachine = (id: string, { signKey, boxKey }: Hello): HubMachine => ({
  id,
  signKey,
  boxKey,
  ratchet: { current: null, previous: null },
  revision: 0,
  entries: new Map(),
  secrets: new Map(),
  commands: new Map(),
  ackedSeq: 0,
  news: [],
  inventories: [],
  socket: undefined,
  nonce: '',
})
