import type { WebSocket } from 'ws'
import { onReconnect, subscribe } from '@/lib/bus/bus'
import { logger } from '@/lib/logger'
import { pace } from '@/lib/pace'
import { awaitMachine } from '@/lib/terminals/await-machine'
import { beginTerminal, findTerminal, type OpenedFor, resizeTerminal } from '@/lib/terminals/begin-terminal'
import { newsTopic, orderTerminal } from '@/lib/terminals/order-terminal'
import { framesAfter } from '@/lib/terminals/read-terminals'
import { endTerminal } from '@/lib/terminals/record-said'
import { mayGoOn } from '@/lib/terminals/terminal-tickets'
import type { TerminalEnd, TerminalHear } from '@/lib/terminals/views'
import { readSay } from './read-say'

const log = logger('gateway.terminals')
const pageFrames = 100
/** A browser that takes no more is given no more. */
const mostBacklog = 1024 * 1024
/** Of what is typed or pasted, in one message of the bus. */
const mostTypedBytes = 4096

/** One browser before a terminal. It shows what is recorded and nothing else; the terminal outlives it until nobody types any more. */
export class TerminalConnection {
  private sent = 0
  private isReading = false
  private again = false
  private stops: (() => void)[] = []

  constructor(
    private readonly socket: WebSocket,
    private readonly terminal: OpenedFor,
  ) {}

  /** Frames up to `after` are on its screen already. */
  async begin(after: number): Promise<void> {
    this.sent = after
    const look = () => void this.run(() => this.read())
    const beat = setInterval(() => void this.run(() => this.beat()), pace('heartbeat'))
    this.stops = [subscribe(newsTopic(this.terminal.id), look), onReconnect(look), () => clearInterval(beat)]
    this.socket.on('close', () => {
      for (const stop of this.stops) stop()
    })
    // A screen tells its size as soon as it is there; to a machine that was not told to begin it would be of a terminal that is lost.
    const begun = awaitMachine(this.terminal.machineId, () => this.socket.readyState === this.socket.OPEN).then(() =>
      beginTerminal(this.terminal),
    )
    this.socket.on('message', (data) => void this.run(() => this.take(data, begun)))
    this.send({ type: 'opened', terminal: await begun })
    await this.read()
  }

  private async run(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      log.error({ err: error, terminalId: this.terminal.id }, 'a terminal connection failed')
      this.socket.close(1011, 'internal')
    }
  }

  private async take(data: unknown, begun: Promise<unknown>): Promise<void> {
    const say = readSay(data)
    if (!say || say.type === 'hello') return this.socket.close(1007, 'not understood')
    if (say.type !== 'close') await begun
    if (say.type === 'type') await this.type(Buffer.from(say.data))
    else if (say.type === 'resize') await resizeTerminal(this.terminal, say)
    else await endTerminal(this.terminal.id, 'closed')
  }

  /** In pieces that the bus can carry; the other end puts bytes together, not characters. */
  private async type(bytes: Buffer): Promise<void> {
    for (let start = 0; start < bytes.length; start += mostTypedBytes) {
      const data = bytes.subarray(start, start + mostTypedBytes).toString('base64')
      await orderTerminal(this.terminal, { kind: 'type', data })
    }
  }

  /** Who may no longer has no terminal any longer. News that the bus lost is made good, too. */
  private async beat(): Promise<void> {
    if (!(await mayGoOn(this.terminal))) await endTerminal(this.terminal.id, 'revoked')
    await this.read()
  }

  private async read(): Promise<void> {
    this.again = true
    if (this.isReading) return
    this.isReading = true
    try {
      while (this.again) {
        this.again = false
        await this.sendFrames()
      }
    } finally {
      this.isReading = false
    }
  }

  private async sendFrames(): Promise<void> {
    // Looked at first: what is shown after it has ended is complete.
    const now = await findTerminal(this.terminal.id)
    for (;;) {
      if (this.socket.bufferedAmount > mostBacklog) return
      const frames = await framesAfter(this.terminal.id, this.sent, pageFrames)
      for (const frame of frames) this.send({ type: 'frame', ...frame })
      this.sent = frames.at(-1)?.seq ?? this.sent
      if (frames.length < pageFrames) break
    }
    if (!now?.endedAt) return
    this.send({ type: 'ended', reason: (now.endReason ?? 'gone') as TerminalEnd, exitCode: now.exitCode, message: now.endMessage })
    this.socket.close(1000, 'ended')
  }

  private send(message: TerminalHear): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message))
  }
}
