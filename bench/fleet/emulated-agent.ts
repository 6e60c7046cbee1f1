import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { firstRetryMs, mostRetryMs } from '@/agent/connection'
import { checkHub, helloOf, type Session } from '@/agent/handshake'
import type { Identity } from '@/agent/identity-store'
import { taskKey } from '@/agent/outbox'
import { backoffMs } from '@/agent/pace'
import { whyNotAccept } from '@/agent/why-not-accept'
import { currentAgentVersion } from '@/lib/protocol/agent-version'
import type { CommandEntry } from '@/lib/protocol/command'
import { handshakeTranscript, makeBoxKeys, makeSigningKeys, open, sealContext } from '@/lib/protocol/identity'
import { readJoinToken } from '@/lib/protocol/join-token'
import { type AgentMessageBody, type HubMessage, readHubFrame, writeFrame } from '@/lib/protocol/messages'
import type { NewsItem } from '@/lib/protocol/news'
import { PlainSocket } from './plain-socket'

/** As a real one gathers what follows at once. */
const gatherMs = 15
const handshakeMs = 15_000
/** One in so many reads and checks what the hub says as a real one does. The others would do it on the cores that the hub works on. */
const strictOneIn = 50

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

type Hello = ReturnType<typeof helloOf>
let made = 0

/**
 * An agent without a machine: proves itself, keeps its news until it is acknowledged and runs each command once, as the real
 * one does. Its disk is memory, a command takes no time, and what each would check alike only some check.
 */
export class EmulatedAgent {
  identity: Identity
  private readonly isStrict = made++ % strictOneIn === 0
  private readonly key: KeyObject
  private readonly url: URL
  private socket: PlainSocket | undefined
  private late: NodeJS.Timeout | undefined
  private hello: Hello | undefined
  private hubKey = ''
  private session: (Session & { askedAt: number }) | undefined
  /** The secret of the next session; opened when there is time, or when it is needed. */
  private sealed: { readonly text: string; readonly agentNonce: string } | undefined
  private place = { era: 0, revision: 0 }
  private news: NewsItem[] = []
  private seq = 0
  private readonly begun = new Set<string>()
  private gathering = false
  private failures = 0
  private beats = 0

  constructor(
    private readonly given: EmulatedPlace,
    private readonly tally: Tally,
  ) {
    const token = readJoinToken(given.joinToken)
    this.url = new URL(given.hubUrl)
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
    this.key = createPrivateKey(this.identity.sign.privateKey)
  }

  dial(): void {
    this.openSealed()
    const socket = new PlainSocket(this.url, {
      open: () => this.send((this.hello = helloOf(this, this.place))),
      text: (text) => this.take(text),
      closed: () => this.closed(),
    })
    this.socket = socket
    this.late = setTimeout(() => socket.end(), handshakeMs)
  }

  /** Called once a heartbeat; with every sixth it asks, and with every fourth of these it says all that it has. */
  beat(): void {
    if (!this.session) return
    this.openSealed()
    this.sendHeartbeat()
    if (++this.beats % 24 === 0) this.sendInventory()
    if (this.beats % 6 !== 0) return
    this.session.askedAt = performance.now()
    this.send({ type: 'poll', ...this.place })
  }

  private openSealed(): void {
    const { sealed, identity } = this
    if (!sealed) return
    this.sealed = undefined
    identity.ratchet = open(identity.box.privateKey, sealed.text, sealContext.ratchet(sealed.agentNonce))
  }

  private closed(): void {
    clearTimeout(this.late)
    if (this.session) this.tally.connected -= 1
    this.failures = this.session ? 0 : this.failures + 1
    this.session = undefined
    this.hello = undefined
    setTimeout(() => this.dial(), backoffMs(this.failures, firstRetryMs, mostRetryMs))
  }

  private take(text: string): void {
    const read = this.read(text)
    if (!read) return
    const { message, raw } = read
    if (message.type === 'challenge') this.prove(message)
    else if (message.type === 'welcome') this.welcomed(message)
    else if (message.type === 'refused') this.tally.refused ??= `${message.code}: ${message.message}`
    else if (message.type === 'ack') this.news = this.news.filter((item) => item.seq > message.seq)
    else if (message.type === 'desired') this.takeDesired(message, raw)
  }

  private read(text: string): { message: HubMessage; raw: Record<string, unknown> } | undefined {
    if (!this.isStrict) {
      const raw = JSON.parse(text) as HubMessage
      return { message: raw, raw }
    }
    const frame = readHubFrame(text)
    if (frame.kind === 'bad') this.tally.refused ??= frame.reason
    return frame.kind === 'message' ? frame : undefined
  }

  private prove(challenge: Extract<HubMessage, { type: 'challenge' }>): void {
    const { hello, identity } = this
    if (!hello) return
    if (this.isStrict) checkHub(this, hello, challenge)
    this.hubKey = challenge.hubKey
    const transcript = handshakeTranscript('agent', { hello, hubNonce: challenge.hubNonce, hubKey: challenge.hubKey })
    const signature = sign(null, Buffer.from(transcript), this.key).toString('base64url')
    this.send({ type: 'prove', signature, joinSecret: identity.machineId === null ? identity.joinSecret : null, name: identity.name })
  }

  private welcomed(welcome: Session['welcome']): void {
    const { hello, identity } = this
    if (!hello) return
    clearTimeout(this.late)
    this.sealed = { text: welcome.ratchetNext, agentNonce: hello.agentNonce }
    Object.assign(identity, { machineId: welcome.machineId, joinSecret: null })
    this.session = { welcome, hubKey: this.hubKey, agentNonce: hello.agentNonce, askedAt: performance.now() }
    this.failures = 0
    this.tally.connected += 1
    this.seq = Math.max(this.seq, welcome.ackedSeq)
    if (this.place.revision === 0) this.place = { era: welcome.era, revision: 0 }
    this.news = this.news.filter((item) => item.seq > welcome.ackedSeq)
    this.send({ type: 'facts', ...facts, hostname: this.given.name, address: this.given.address, addresses: [this.given.address] })
    this.sendInventory()
    this.sendHeartbeat()
    if (this.news.length > 0) this.send({ type: 'news', items: this.news })
  }

  private takeDesired(message: Extract<HubMessage, { type: 'desired' }>, raw: Record<string, unknown>): void {
    const { session, identity } = this
    if (!session) return
    const isOurs = message.machineId === identity.machineId && message.session === session.agentNonce
    const whyNot = this.isStrict ? whyNotAccept(message, raw, { ...session, identity }) : isOurs ? undefined : 'it is for another'
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

  private sendHeartbeat(): void {
    this.send({ type: 'heartbeat', at: new Date().toISOString(), ...this.place, unsentNews: this.news.length, ...load })
  }

  private sendInventory(): void {
    this.send({ type: 'inventory', ...this.place, units: [], packages: [], listeners: [22, 111] })
  }

  private send(message: AgentMessageBody): void {
    this.socket?.send(writeFrame(message))
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
