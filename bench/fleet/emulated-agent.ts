import { WebSocket } from 'ws'
import { firstRetryMs, mostRetryMs } from '@/agent/connection'
import { type Session, shakeHands } from '@/agent/handshake'
import type { Identity } from '@/agent/identity-store'
import { taskKey } from '@/agent/outbox'
import { backoffMs } from '@/agent/pace'
import { whyNotAccept } from '@/agent/why-not-accept'
import { currentAgentVersion } from '@/lib/protocol/agent-version'
import type { CommandEntry } from '@/lib/protocol/command'
import { makeBoxKeys, makeSigningKeys } from '@/lib/protocol/identity'
import { readJoinToken } from '@/lib/protocol/join-token'
import { type AgentMessageBody, type HubMessage, readHubFrame, writeFrame } from '@/lib/protocol/messages'
import type { NewsItem } from '@/lib/protocol/news'

/** As a real one gathers what follows at once. */
const gatherMs = 15
const handshakeMs = 15_000

/** What all agents of one process have done. */
export interface Tally {
  connected: number
  /** Commands begun, by task and attempt: one that is told a second time is not begun again. */
  begun: number
  refused: string | undefined
}

export interface EmulatedPlace {
  readonly name: string
  readonly address: string
  readonly hubUrl: string
  readonly joinToken: string
}

/**
 * An agent without a machine: proves itself, checks what the hub signs, keeps its news until it is acknowledged and runs each
 * command once, as the real one does and with its code. Its disk is memory, and a command takes no time.
 */
export class EmulatedAgent {
  identity: Identity
  private socket: WebSocket | undefined
  private session: (Session & { askedAt: number }) | undefined
  private place = { era: 0, revision: 0 }
  private news: NewsItem[] = []
  private seq = 0
  private readonly begun = new Set<string>()
  private gathering = false
  private failures = 0
  private heard: ((message: HubMessage) => void) | undefined
  private beats = 0

  constructor(
    private readonly given: EmulatedPlace,
    private readonly tally: Tally,
  ) {
    const token = readJoinToken(given.joinToken)
    this.identity = {
      sign: makeSigningKeys(),
      box: makeBoxKeys(),
      hubUrl: given.hubUrl,
      hubFingerprint: token.hubFingerprint,
      machineId: null,
      joinSecret: token.secret,
      ratchet: null,
      name: given.name,
      address: given.address,
      allowPlain: true,
    }
  }

  async save(change: Partial<Identity>): Promise<void> {
    this.identity = { ...this.identity, ...change }
  }

  dial(): void {
    const socket = new WebSocket(this.given.hubUrl, { perMessageDeflate: false, handshakeTimeout: handshakeMs })
    this.socket = socket
    socket.on('message', (data) => this.take(String(data)))
    socket.on('error', () => undefined)
    socket.once('open', () => {
      this.greet(socket).catch((error: unknown) => {
        this.tally.refused ??= String(error)
        socket.terminate()
      })
    })
    socket.once('close', () => this.closed())
  }

  /** Called once a heartbeat; with every sixth it asks, and with every fourth of these it says all that it has. */
  beat(): void {
    if (!this.session) return
    this.sendHeartbeat()
    if (++this.beats % 24 === 0) this.sendInventory()
    if (this.beats % 6 !== 0) return
    this.session.askedAt = performance.now()
    this.send({ type: 'poll', ...this.place })
  }

  private async greet(socket: WebSocket): Promise<void> {
    const waiting: HubMessage[] = []
    let wake: ((message: HubMessage) => void) | undefined
    this.heard = (message) => (wake ? wake(message) : waiting.push(message))
    const next = () =>
      new Promise<HubMessage>((resolve) => {
        const first = waiting.shift()
        if (first) return resolve(first)
        wake = (message) => {
          wake = undefined
          resolve(message)
        }
      })
    const session = await shakeHands(this, this.place, { send: (message) => this.send(message), next })
    if (socket.readyState !== WebSocket.OPEN) return
    this.heard = undefined
    this.session = { ...session, askedAt: performance.now() }
    this.failures = 0
    this.tally.connected += 1
    this.opened(session)
    for (const message of waiting) this.takeMessage(message, message)
  }

  private opened({ welcome }: Session): void {
    this.seq = Math.max(this.seq, welcome.ackedSeq)
    if (this.place.revision === 0) this.place = { era: welcome.era, revision: 0 }
    this.acknowledge(welcome.ackedSeq)
    this.send({ type: 'facts', ...facts, hostname: this.given.name, address: this.given.address, addresses: [this.given.address] })
    this.sendInventory()
    this.sendHeartbeat()
    if (this.news.length > 0) this.send({ type: 'news', items: this.news })
  }

  private closed(): void {
    if (this.session) this.tally.connected -= 1
    this.failures = this.session ? 0 : this.failures + 1
    this.session = undefined
    this.heard = undefined
    setTimeout(() => this.dial(), backoffMs(this.failures, firstRetryMs, mostRetryMs))
  }

  private take(text: string): void {
    const frame = readHubFrame(text)
    if (frame.kind === 'bad') this.tally.refused ??= frame.reason
    if (frame.kind !== 'message') return
    if (this.heard) this.heard(frame.message)
    else this.takeMessage(frame.message, frame.raw)
  }

  private takeMessage(message: HubMessage, raw: object): void {
    const { session, identity } = this
    if (!session) return
    if (message.type === 'ack') this.acknowledge(message.seq)
    if (message.type !== 'desired') return
    const whyNot = whyNotAccept(message, raw as Record<string, unknown>, { ...session, identity })
    if (whyNot) this.tally.refused ??= whyNot
    if (whyNot || message.revision < this.place.revision) return
    this.place = { era: message.era, revision: message.revision }
    for (const command of message.commands ?? []) this.run(command)
  }

  private run({ cause, wanted }: CommandEntry): void {
    const key = taskKey(cause)
    if (this.begun.has(key)) return
    this.begun.add(key)
    const result = { exitCode: 0, output: '', outputBytes: 0 }
    if (wanted === 'run') {
      this.tally.begun += 1
      this.say({ ...cause, seq: 1, step: { name: 'run' } }, { ...cause, seq: 2, done: { ok: true, result } })
    } else this.say({ ...cause, seq: 1, done: { ok: false, code: 'cancelled', message: 'It was not begun.' } })
  }

  private say(...callbacks: Extract<NewsItem, { callback: unknown }>['callback'][]): void {
    for (const callback of callbacks) this.news.push({ seq: ++this.seq, callback })
    if (this.gathering) return
    this.gathering = true
    setTimeout(() => {
      this.gathering = false
      if (this.news.length > 0) this.send({ type: 'news', items: this.news })
    }, gatherMs)
  }

  private acknowledge(seq: number): void {
    this.news = this.news.filter((item) => item.seq > seq)
  }

  private sendHeartbeat(): void {
    this.send({ type: 'heartbeat', at: new Date().toISOString(), ...this.place, unsentNews: this.news.length, ...load })
  }

  private sendInventory(): void {
    this.send({ type: 'inventory', ...this.place, units: [], packages: [], listeners: [22, 111] })
  }

  private send(message: AgentMessageBody): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(writeFrame(message))
  }
}

const load = { load: [0.1, 0.1, 0.1], memoryFreeMib: 2048, diskFreeMib: 40_000 }
const facts = {
  os: 'Debian GNU/Linux 12 (bookworm)',
  kernel: '6.1.0-18-amd64',
  architecture: 'x64',
  cpuCount: 4,
  memoryMib: 8192,
  diskMib: 80_000,
  diskFreeMib: 40_000,
  bootId: '0b2f0f3a-27c5-4c0b-9a5c-5e9a5a7f3a10',
  nodeVersion: process.version,
  agentVersion: currentAgentVersion,
  isolation: 'application_user' as const,
  isolationReason: null,
  sizesBy: 'cgroup2' as const,
  sizesReason: null,
}
