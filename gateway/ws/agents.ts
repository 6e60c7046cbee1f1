import type { WebSocket } from 'ws'
import { onUpgrade } from '@/gateway/upgrades'
import { subscribe } from '@/lib/bus/bus'
import { type FileCommand, fileOrderTopic } from '@/lib/files/order-file'
import { type DropCommand, dropOrderTopic } from '@/lib/ledger/drop-data'
import { logger } from '@/lib/logger'
import { type OutputWatch, watchTopic } from '@/lib/output/watch-output'
import { orderTopic, type TerminalCommand } from '@/lib/terminals/order-terminal'
import { AgentConnection, type Ends } from './agent-connection'
import { Desks } from './desks'

const log = logger('gateway.agents')
/** Machine → its connection at this gateway. The newest wins; the rows know of other gateways by their epoch. */
const here = new Map<string, AgentConnection>()

const wake = (payload: unknown): void => {
  const machineIds = (payload as { machineIds?: string[] } | null)?.machineIds
  // A message too long for the bus comes as its topic alone; then everybody looks.
  for (const connection of machineIds?.map((id) => here.get(id)) ?? here.values()) connection?.wake()
}

const watch = (payload: unknown): void => {
  const { machineId = '', unitIds = [] } = (payload ?? {}) as Partial<OutputWatch>
  here.get(machineId)?.watchOutput(unitIds)
}

const order = (payload: unknown): void => {
  const { machineId = '', terminalId, act } = (payload ?? {}) as Partial<TerminalCommand>
  if (terminalId && act) here.get(machineId)?.orderTerminal(terminalId, act)
}

const orderFile = (payload: unknown): void => {
  const { machineId = '', transferId, act } = (payload ?? {}) as Partial<FileCommand>
  if (transferId && act) here.get(machineId)?.orderFile(transferId, act)
}

const orderDrop = (payload: unknown): void => {
  const { machineId = '', lineId } = (payload ?? {}) as Partial<DropCommand>
  if (lineId) here.get(machineId)?.orderDrop({ machineId, lineId })
}

/** Agents dial in here. The hub's changes reach them by the bus; their own poll heals what the bus lost. */
export function serveAgents(gatewayId: string): { close(): void; settled(): Promise<void>; readonly size: number } {
  const stops = [
    subscribe('machine', wake),
    subscribe(watchTopic, watch),
    subscribe(orderTopic, order),
    subscribe(fileOrderTopic, orderFile),
    subscribe(dropOrderTopic, orderDrop),
  ]
  const desks = new Desks(gatewayId)
  onUpgrade('/ws/agent', (socket: WebSocket, { request }) => {
    const ends: Ends = {
      admitted(machineId) {
        here.get(machineId)?.replaced()
        here.set(machineId, connection)
        log.info({ machineId }, 'agent connected')
      },
      gone(machineId) {
        if (here.get(machineId) === connection) here.delete(machineId)
        log.info({ machineId }, 'agent gone')
      },
    }
    const connection: AgentConnection = new AgentConnection(socket, request.socket, ends, desks)
  })
  return {
    close() {
      for (const stop of stops) stop()
      desks.close()
    },
    /** Once the sockets are closed: the rows say so too. */
    settled: () => desks.ends.settled(),
    get size() {
      return here.size
    },
  }
}
