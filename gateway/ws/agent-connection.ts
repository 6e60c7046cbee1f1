import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import { takePart } from '@/lib/files/file-parts'
import type { FileCommand } from '@/lib/files/order-file'
import { recordFileSaid } from '@/lib/files/record-file-said'
import { type DropCommand, findDrop, recordDropSaid } from '@/lib/ledger/drop-data'
import { logger } from '@/lib/logger'
import type { Admitted } from '@/lib/machines/admit-agents'
import { hubSigner } from '@/lib/machines/hub'
import { lendUnits } from '@/lib/machines/lend-units'
import { findOutputPlaces } from '@/lib/output/record-output'
import { pace } from '@/lib/pace'
import { signDesiredAside } from '@/lib/protocol/desired'
import { signDropOrder } from '@/lib/protocol/drop'
import { signFileOrder } from '@/lib/protocol/files'
import { handshakeTranscript, isSignedByAside, newNonce, signTextAside } from '@/lib/protocol/identity'
import { type LeaseKey, signLease } from '@/lib/protocol/lease'
import { type AgentMessage, type Hello, type HubMessageBody, type Inventory, readAgentFrame, writeFrame } from '@/lib/protocol/messages'
import type { NewsItem } from '@/lib/protocol/news'
import type { OutputPlace } from '@/lib/protocol/output'
import { signTerminalOrder, type TerminalAct } from '@/lib/protocol/terminal'
import { reconcileInventory } from '@/lib/services/reconcile-inventory'
import type { Desks } from './desks'
import { vitalsOf } from './heard-desk'

export interface Ends {
  admitted(machineId: string): void
  gone(machineId: string): void
}

const log = logger('gateway.agents')
const handshakeMs = 10_000

/** One agent's socket: proves both sides, then carries its news in and its desired set out. Holds nothing that another gateway needs. */
export class AgentConnection {
  private hello: Hello | undefined
  private hubNonce = ''
  private session: Admitted | undefined
  /** Null: nothing yet. */
  private sentRevision: number | null = null
  private isSending = false
  private again = false
  private awaitsInventory = false
  private isTakingOutput = false
  private readonly late: NodeJS.Timeout

  constructor(
    private readonly socket: WebSocket,
    private readonly wire: Socket,
    private readonly ends: Ends,
    private readonly desks: Desks,
  ) {
    this.late = setTimeout(() => socket.close(1008, 'handshake'), handshakeMs)
    socket.on('message', (data) => this.take(String(data)))
    socket.on('close', () => void this.closed())
  }

  /** Its machine's revision rose. */
  wake(): void {
    if (this.isSending) this.again = true
    else void this.run(this.sendDesired())
  }

  /** Somebody looks at what these units print. */
  watchOutput(unitIds: readonly string[]): void {
    if (this.session) this.send({ type: 'output-want', unitIds: [...unitIds], leaseMs: pace('outputLease') })
  }

  private orders = 0

  /** What a person does in a terminal, signed for this connection and in its order. */
  orderTerminal(terminalId: string, act: TerminalAct): void {
    const { session, hello } = this
    if (!session || !hello) return
    this.orders += 1
    const order = { machineId: session.machineId, session: hello.agentNonce, seq: this.orders, terminalId, act }
    this.ordering = this.ordering.then(() =>
      this.run(
        hubSigner().then(({ privateKey }) => this.send({ type: 'terminal', ...order, signature: signTerminalOrder(privateKey, order) })),
      ),
    )
  }

  private ordering: Promise<void> = Promise.resolve()
  private fileOrders = 0

  /** What a person does with files, signed as orders of terminals are. A part is fetched from its row. */
  orderFile(transferId: string, act: FileCommand['act']): void {
    const { session, hello } = this
    if (!session || !hello) return
    this.ordering = this.ordering.then(() =>
      this.run(
        (async () => {
          const whole = act.kind === 'part' ? await takePart(transferId, act.seq) : act
          if (!whole) return
          this.fileOrders += 1
          const order = { machineId: session.machineId, session: hello.agentNonce, seq: this.fileOrders, transferId, act: whole }
          const { privateKey } = await hubSigner()
          this.send({ type: 'file', ...order, signature: signFileOrder(privateKey, order) })
        })(),
      ),
    )
  }

  private drops = 0

  /** Data that a person deletes; what was decided otherwise meanwhile is not said. */
  orderDrop(command: DropCommand): void {
    const { session, hello } = this
    if (!session || !hello) return
    this.ordering = this.ordering.then(() =>
      this.run(
        (async () => {
          const subject = await findDrop(command)
          if (!subject) return
          this.drops += 1
          const order = { machineId: session.machineId, session: hello.agentNonce, seq: this.drops, ...subject }
          const { privateKey } = await hubSigner()
          this.send({ type: 'drop', ...order, signature: signDropOrder(privateKey, order) })
        })(),
      ),
    )
  }

  /** The same machine has connected anew. */
  replaced(): void {
    this.socket.close(1000, 'replaced')
  }

  private take(text: string): void {
    // Once it is being closed, what still comes in is said again on the next connection, in its order.
    if (this.socket.readyState !== this.socket.OPEN) return
    const frame = readAgentFrame(text)
    if (frame.kind === 'unknown') return
    if (frame.kind === 'bad') {
      log.warn({ reason: frame.reason, machineId: this.session?.machineId }, 'bad frame')
      this.socket.close(1007, 'bad frame')
      return
    }
    void this.run(this.answer(frame.message))
  }

  /** What goes wrong with one connection ends it; the agent dials again and shows what was not acknowledged. */
  private async run(work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (error) {
      log.error({ err: error, machineId: this.session?.machineId }, 'agent connection failed')
      this.socket.close(1011, 'internal')
    }
  }

  private async answer(message: AgentMessage): Promise<void> {
    if (message.type === 'hello') return this.challenge(message)
    if (message.type === 'prove') return this.admit(message.signature, message.joinSecret, message.name)
    const session = this.session
    if (!session) return this.socket.close(1008, 'not admitted')
    if (message.type === 'news') return this.takeNews(message.items)
    if (message.type === 'heartbeat') return this.desks.heard.note(session, message, vitalsOf(message))
    if (message.type === 'facts') return this.desks.facts.ask({ machineId: session.machineId, facts: message })
    if (message.type === 'inventory') return this.takeInventory(session, message)
    if (message.type === 'lease-ask') return this.lend(session, message.seq, message.units)
    if (message.type === 'samples') return this.desks.samples.note({ machineId: session.machineId, samples: message })
    if (message.type === 'command-said') return this.desks.liveOutput.note({ machineId: session.machineId, said: message })
    if (message.type === 'output-ask') return this.answerOutput(() => findOutputPlaces(session.machineId, message.unitIds))
    if (message.type === 'output')
      return this.answerOutput(() => this.desks.output.ask({ machineId: session.machineId, sentAt: message.at, parts: message.parts }))
    if (message.type === 'terminal-said') {
      const { terminalId } = message
      const seq = await this.desks.terminals.keep({ machineId: session.machineId, said: message })
      return this.send({ type: 'terminal-kept', terminalId, seq })
    }
    if (message.type === 'file-said') return recordFileSaid(session.machineId, message)
    if (message.type === 'drop-said') return recordDropSaid(session.machineId, message)
    this.desks.heard.note(session, message)
    // It has not taken what it was sent.
    if (message.era === session.era && message.revision < (this.sentRevision ?? 0)) this.sentRevision = message.revision || null
    await this.desks.polls.ask(() => this.wake())
  }

  private async challenge(hello: Hello): Promise<void> {
    if (this.hello) return this.socket.close(1008, 'hello twice')
    this.hello = hello
    this.hubNonce = newNonce()
    const { publicKey, privateKey } = await hubSigner()
    const transcript = handshakeTranscript('hub', { hello, hubNonce: this.hubNonce, hubKey: publicKey })
    this.send({ type: 'challenge', hubNonce: this.hubNonce, hubKey: publicKey, signature: await signTextAside(privateKey, transcript) })
  }

  private async admit(signature: string, joinSecret: string | null, name: string | null): Promise<void> {
    const { hello } = this
    if (!hello || this.session) return this.socket.close(1008, 'out of order')
    const { publicKey } = await hubSigner()
    const transcript = handshakeTranscript('agent', { hello, hubNonce: this.hubNonce, hubKey: publicKey })
    if (!(await isSignedByAside(hello.signKey, transcript, signature)))
      return this.refuse('bad_signature', 'The signature does not fit the key.', true)
    // From here it waits for us. Among thousands that come at once it may not want to, and is then passed over.
    clearTimeout(this.late)
    const isThere = () => this.socket.readyState === this.socket.OPEN
    const result = await this.desks.admissions.ask({ hello, joinSecret, name, isThere })
    if (!result.ok) return this.refuse(result.code, result.message, result.final)
    if (!isThere()) return this.desks.ends.ask(result)
    this.session = result
    this.awaitsInventory = result.estranged
    this.ends.admitted(result.machineId)
    this.send({
      type: 'welcome',
      machineId: result.machineId,
      era: result.era,
      revision: result.revision,
      ratchetNext: result.ratchetNext,
      ticket: result.ticket,
      ackedSeq: result.newsSeq,
      heartbeatMs: pace('heartbeat'),
      pollMs: pace('agentPoll'),
    })
    this.watchOutput([])
    for (const terminalId of result.terminals) this.orderTerminal(terminalId, { kind: 'look' })
    this.wake()
  }

  private refuse(code: string, message: string, final: boolean): void {
    log.warn({ code }, 'agent refused')
    this.send({ type: 'refused', code, message, final })
    this.socket.close(1008, code)
  }

  /** A machine that knows more than the hub (a restore) is first written down as it is; only then it is told anything. */
  private async takeInventory(session: Admitted, inventory: Inventory): Promise<void> {
    if (session.estranged && this.awaitsInventory) await reconcileInventory(session.machineId, inventory)
    await this.desks.inventories.ask({ machineId: session.machineId, inventory })
    this.awaitsInventory = false
    this.wake()
  }

  private async takeNews(items: readonly NewsItem[]): Promise<void> {
    if (this.session) this.send({ type: 'ack', seq: await this.desks.news.keep(this.session.machineId, items) })
  }

  /** A machine that may be another than this hub remembers is lent nothing before it was compared. */
  private async lend({ machineId }: Admitted, seq: number, asked: readonly LeaseKey[]): Promise<void> {
    if (!this.hello || this.awaitsInventory) return
    const grant = { machineId, session: this.hello.agentNonce, seq, units: await lendUnits(machineId, asked) }
    const { privateKey } = await hubSigner()
    this.send({ type: 'lease', ...grant, signature: signLease(privateKey, grant) })
  }

  /** An agent waits for each answer; one that does not is not listened to meanwhile. */
  private async answerOutput(find: () => Promise<OutputPlace[]>): Promise<void> {
    if (this.isTakingOutput) return
    this.isTakingOutput = true
    try {
      this.send({ type: 'output-at', units: await find() })
    } finally {
      this.isTakingOutput = false
    }
  }

  private async sendDesired(): Promise<void> {
    const { session, hello } = this
    if (!session || !hello || this.awaitsInventory) return
    this.isSending = true
    try {
      do {
        this.again = false
        const ask = { machineId: session.machineId, since: this.sentRevision, session: hello.agentNonce, era: session.era }
        const set = await this.desks.desired.ask(ask)
        if (!set) continue
        const { privateKey } = await hubSigner()
        this.send({ type: 'desired', ...set, signature: await signDesiredAside(privateKey, set) })
        this.sentRevision = set.revision
      } while (this.again)
    } finally {
      this.isSending = false
    }
  }

  /** What is said in one turn leaves as one packet. */
  private send(message: HubMessageBody): void {
    if (this.socket.readyState !== this.socket.OPEN) return
    if (!this.isCorked) {
      this.isCorked = true
      this.wire.cork()
      process.nextTick(() => {
        this.isCorked = false
        this.wire.uncork()
      })
    }
    this.socket.send(writeFrame(message))
  }

  private isCorked = false

  private async closed(): Promise<void> {
    clearTimeout(this.late)
    if (!this.session) return
    this.ends.gone(this.session.machineId)
    await this.desks.ends.ask(this.session).catch((error: unknown) => log.warn({ err: error }, 'could not note the end of a connection'))
  }
}
