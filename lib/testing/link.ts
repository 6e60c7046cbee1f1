import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '@/lib/testing/model/random'

/** What happens to bytes in one direction. Held ones are not lost: like TCP, they arrive when the way is free again. */
export interface Way {
  held: boolean
  delayMs: number
  /** How often a piece must be sent again, which takes a while and holds up what comes after it. */
  loss: number
}

const open = (): Way => ({ held: false, delayMs: 0, loss: 0 })
const sentAgainMs = 400

/** The wire between one agent and the gateway, each direction for itself. */
export class Link {
  readonly toHub = open()
  readonly toAgent = open()
  private readonly sockets = new Set<Socket>()

  private constructor(
    private readonly server: Server,
    private readonly gatewayPort: number,
    private readonly random: Random,
  ) {}

  static async start(gatewayPort: number, random: Random): Promise<Link> {
    const server = createServer({ allowHalfOpen: true })
    const link = new Link(server, gatewayPort, random)
    server.on('connection', (socket) => link.join(socket))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return link
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/ws/agent`
  }

  /** Every connection is torn at once; the next one may stand. */
  tear(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  /** Nothing passes either way, and what was connected is not any more. */
  cut(): void {
    for (const way of [this.toHub, this.toAgent]) way.held = true
    this.tear()
  }

  heal(): void {
    Object.assign(this.toHub, open())
    Object.assign(this.toAgent, open())
  }

  close(): void {
    this.tear()
    this.server.close()
  }

  private join(near: Socket): void {
    const far = connect({ port: this.gatewayPort, host: '127.0.0.1', allowHalfOpen: true })
    this.carry(near, far, this.toHub)
    this.carry(far, near, this.toAgent)
  }

  private carry(from: Socket, to: Socket, way: Way): void {
    this.sockets.add(from)
    let chain = Promise.resolve()
    const after = (act: () => void) => {
      const dueAt = performance.now() + way.delayMs
      chain = chain.then(async () => {
        while (way.held) await sleep(20)
        const again = this.random.chance(way.loss) ? sentAgainMs : 0
        const left = dueAt - performance.now() + again
        if (left > 0) await sleep(left)
        act()
      })
    }
    from.on('data', (bytes) => after(() => to.writable && to.write(bytes)))
    from.on('end', () => after(() => to.end()))
    from.on('error', () => from.destroy())
    from.on('close', () => {
      this.sockets.delete(from)
      after(() => to.destroy())
    })
  }
}
