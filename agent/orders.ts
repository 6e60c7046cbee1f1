import type { Wire } from './connection'
import { say } from './unit-context'

/** The connection that orders of people come by. */
export type Line = { wire: Wire; hubKey: string; machineId: string | null; nonce: string }

interface Order {
  readonly machineId: string
  readonly session: string
  readonly seq: number
}

/** Orders are taken only from our hub, for this connection, each once and in their order. */
export class Orders {
  line: Line | undefined
  private last = 0

  constructor(
    private readonly what: string,
    private readonly isSigned: (hubKey: string, raw: Record<string, unknown>) => boolean,
  ) {}

  connected(line: Line): void {
    this.line = line
    this.last = 0
  }

  disconnected(): void {
    this.line = undefined
  }

  takes(order: Order, raw: Record<string, unknown>): boolean {
    const { line } = this
    if (!line || !this.isSigned(line.hubKey, raw)) return this.refuse('it is not signed by the hub')
    const isOurs = order.machineId === line.machineId && order.session === line.nonce && order.seq > this.last
    if (!isOurs) return this.refuse('it is not for this connection')
    this.last = order.seq
    return true
  }

  private refuse(why: string): false {
    say(`a ${this.what} order was refused: ${why}`)
    return false
  }
}
