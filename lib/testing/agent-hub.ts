import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { sha256Hex } from '@/lib/protocol/canonical'
import type { CommandEntry } from '@/lib/protocol/command'
import { signDesired, type UnitEntry } from '@/lib/protocol/desired'
import { signDropOrder } from '@/lib/protocol/drop'
import {
  advanceRatchet,
  fingerprintOf,
  handshakeTranscript,
  isSignedBy,
  type KeyPair,
  makeSigningKeys,
  newNonce,
  newRatchetSecret,
  ratchetHash,
  seal,
  sealContext,
  signText,
} from '@/lib/protocol/identity'
import { joinTokenHash, writeJoinToken } from '@/lib/protocol/join-token'
import { type AgentMessage, type Hello, type HubMessageBody, readAgentFrame, writeFrame } from '@/lib/protocol/messages'
import type { CallbackNews, UnitNews } from '@/lib/protocol/news'
import { desiredFor, leaseFor, type Machine, newMachine } from './hub-machine'
import { OutputShelf } from './output-shelf'

type Address = { recordId: string; taskId: string; attempt: number }

const is = (a: Address, b: Address) => a.recordId === b.recordId && a.taskId === b.taskId && a.attempt === b.attempt

/** A hub that keeps everything in memory and speaks the whole protocol, so that a real agent can be watched alone. */
export class AgentHub {
  readonly machines = new Map<string, Machine>()
  readonly refusals: string[] = []
  readonly wrongs: string[] = []
  readonly output = new OutputShelf()
  /** News is then neither taken nor acknowledged. */
  isDeaf = false
  /** How long units are lent to a machine; null = not at all. */
  leaseMs: number | null = 45_000
  era = 1
  private readonly blobs = new Map<string, Buffer>()
  private readonly tokens = new Map<string, { usedBy: string | null }>()
  private readonly watchers = new Set<() => void>()

  private constructor(
    private readonly server: Server,
    private readonly sockets: WebSocketServer,
    readonly keys: KeyPair,
  ) {}

  static start = (): Promise<AgentHub> => AgentHub.listen(0)

  /** The same hub after an outage: same key, same port, all that it knew. */
  static async startAgain(before: AgentHub, url: string): Promise<AgentHub> {
    const hub = await AgentHub.listen(Number(new URL(url).port), before.keys)
    for (const [id, machine] of before.machines) hub.machines.set(id, machine)
    for (const [digest, blob] of before.blobs) hub.blobs.set(digest, blob)
    hub.era = before.era
    return hub
  }

  private static async listen(port: number, keys = makeSigningKeys()): Promise<AgentHub> {
    const server = createServer()
    const sockets = new WebSocketServer({ server, perMessageDeflate: false })
    const hub = new AgentHub(server, sockets, keys)
    server.on('request', (request, response) => {
      const digest = /^\/api\/v1\/agent\/blobs\/([0-9a-f]{64})$/.exec(request.url ?? '')?.[1]
      const blob = digest && hub.blobs.get(digest)
      const isAllowed = request.headers.authorization === 'Bearer ticket'
      response.writeHead(isAllowed ? (blob ? 200 : 404) : 401).end(isAllowed && blob ? blob : '')
    })
    sockets.on('connection', (socket) => hub.greet(socket))
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    return hub
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/ws/agent`
  }

  get machine(): Machine {
    const [machine] = this.machines.values()
    if (!machine) throw new Error('No machine has joined.')
    return machine
  }

  joinToken(): string {
    const secret = newNonce()
    this.tokens.set(joinTokenHash(secret), { usedBy: null })
    return writeJoinToken({ hubUrl: this.url, hubFingerprint: fingerprintOf(this.keys.publicKey), secret })
  }

  publish(archive: Buffer): { digest: string; sizeBytes: number } {
    const digest = sha256Hex(archive)
    this.blobs.set(digest, archive)
    return { digest, sizeBytes: archive.length }
  }

  /** Resolves with the first thing found; throws with what was there when time is over. */
  async until<T>(what: string, find: () => T | undefined | false | null, withinMs = 30_000): Promise<T> {
    const end = performance.now() + withinMs
    for (;;) {
      const found = find()
      if (found) return found
      const left = end - performance.now()
      if (left <= 0) throw new Error(`Waited in vain for ${what}. News:\n${this.newsText()}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 50))
        this.watchers.add(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  private newsText(): string {
    const all = [...this.machines.values()].flatMap(({ news }) => news)
    return all
      .map((item) => JSON.stringify(item).slice(0, 400))
      .slice(-60)
      .join('\n')
  }

  callbacks(address: Address): CallbackNews[] {
    return this.machine.news.flatMap((item) => ('callback' in item && is(item.callback, address) ? [item.callback] : []))
  }

  done(address: Address): Promise<NonNullable<CallbackNews['done']>> {
    return this.until(`done of ${address.taskId}`, () => this.callbacks(address).find((callback) => callback.done)?.done)
  }

  log(address: Address): string {
    const lines = this.callbacks(address).flatMap((callback) => callback.log ?? [])
    return lines.map(({ stream, text }) => `${stream}: ${text}`).join('\n')
  }

  units(unitId: string): UnitNews[] {
    return this.machine.news.flatMap((item) => ('unit' in item && item.unit.unitId === unitId ? [item.unit] : []))
  }

  unitState(unitId: string, state: UnitNews['state'], after = 0): Promise<UnitNews> {
    const find = () => this.units(unitId).find((news, index) => index >= after && news.state === state)
    return this.until(`${unitId} to be ${state}`, find)
  }

  desire(entries: UnitEntry[], secrets: Record<string, string> = {}): void {
    const { machine } = this
    for (const entry of entries) machine.entries.set(entry.unitId, entry)
    for (const [reference, value] of Object.entries(secrets)) machine.secrets.set(reference, value)
    machine.revision += 1
    this.sendDesired(machine, entries, false)
  }

  /** Commands as well as units are told again with every set, as after a cut link. */
  order(...commands: CommandEntry[]): void {
    const { machine } = this
    for (const command of commands) machine.commands.set(command.cause.taskId, command)
    machine.revision += 1
    this.sendDesired(machine, [], false)
  }

  /** Data are to be deleted; resolves with what the agent says of it. */
  async drop(path: string, unitId: string): Promise<string | null> {
    const { machine } = this
    this.drops += 1
    const lineId = `line-${this.drops}`
    const order = { machineId: machine.id, session: machine.nonce, seq: this.drops, lineId, unitId, generation: 1, path }
    this.send(machine.socket, { type: 'drop', ...order, signature: signDropOrder(this.keys.privateKey, order) })
    const said = await this.until(`word of ${lineId}`, () => {
      const message = machine.said.get('drop-said')
      return message?.type === 'drop-said' && message.lineId === lineId && message
    })
    return said.code
  }

  private drops = 0

  sendDesired(machine: Machine, entries: UnitEntry[], full: boolean): void {
    const set = desiredFor(machine, { era: this.era, entries, full })
    this.send(machine.socket, { type: 'desired', ...set, signature: signDesired(this.keys.privateKey, set) })
  }

  send(socket: WebSocket | undefined, message: HubMessageBody): void {
    socket?.send(writeFrame(message))
  }

  dropAll(): void {
    for (const socket of this.sockets.clients) socket.terminate()
  }

  private greet(socket: WebSocket): void {
    let hello: Hello | undefined
    let hubNonce = ''
    let machine: Machine | undefined
    socket.on('error', () => undefined)
    socket.on('message', (data) => {
      const frame = readAgentFrame(String(data))
      if (frame.kind !== 'message') {
        this.wrongs.push(frame.kind === 'bad' ? frame.reason : frame.type)
        return
      }
      const { message } = frame
      if (message.type === 'hello') {
        hello = message
        hubNonce = newNonce()
        const facts = { hello, hubNonce, hubKey: this.keys.publicKey }
        const signature = signText(this.keys.privateKey, handshakeTranscript('hub', facts))
        this.send(socket, { type: 'challenge', hubNonce, hubKey: this.keys.publicKey, signature })
      } else if (message.type === 'prove' && hello) {
        const facts = { hello, hubNonce, hubKey: this.keys.publicKey }
        const isProved = isSignedBy(hello.signKey, handshakeTranscript('agent', facts), message.signature)
        machine = isProved ? this.admit(socket, hello, message.joinSecret) : undefined
      } else if (machine) this.take(machine, message)
      for (const watcher of this.watchers) watcher()
      this.watchers.clear()
    })
  }

  private refuse(socket: WebSocket, code: string): undefined {
    this.refusals.push(code)
    this.send(socket, { type: 'refused', code, message: `Refused for ${code}.`, final: true })
  }

  private admit(socket: WebSocket, hello: Hello, joinSecret: string | null): Machine | undefined {
    let machine = [...this.machines.values()].find(({ signKey }) => signKey === hello.signKey)
    if (!machine) {
      if (hello.joinTokenHash === null) return this.refuse(socket, 'unknown_key')
      const token = this.tokens.get(hello.joinTokenHash)
      if (!token || joinSecret === null || joinTokenHash(joinSecret) !== hello.joinTokenHash)
        return this.refuse(socket, 'join_token_invalid')
      if (token.usedBy !== null && token.usedBy !== hello.signKey) return this.refuse(socket, 'join_token_used')
      token.usedBy = hello.signKey
      machine = newMachine(`machine-${this.machines.size + 1}`, hello)
      this.machines.set(machine.id, machine)
    }
    const secret = newRatchetSecret()
    const ratchet = advanceRatchet(machine.ratchet, hello.ratchet, ratchetHash(secret))
    if (ratchet === 'identity_conflict') return this.refuse(socket, ratchet)
    Object.assign(machine, { ratchet, socket, nonce: hello.agentNonce })
    machine.versions.push(hello.agentVersion)
    this.send(socket, {
      type: 'welcome',
      machineId: machine.id,
      era: this.era,
      revision: machine.revision,
      ratchetNext: seal(hello.boxKey, secret, sealContext.ratchet(hello.agentNonce)),
      ticket: 'ticket',
      ackedSeq: machine.ackedSeq,
      heartbeatMs: 500,
      pollMs: 5000,
    })
    if (hello.era === this.era && hello.revision <= machine.revision) this.sendDesired(machine, [...machine.entries.values()], true)
    return machine
  }

  private take(machine: Machine, message: AgentMessage): void {
    const place = this.output.take(message)
    if (place) this.send(machine.socket, place)
    if (message.type === 'inventory') machine.inventories.push(message)
    machine.said.set(message.type, message)
    if (message.type === 'lease-ask' && this.leaseMs)
      this.send(machine.socket, leaseFor(machine, message, this.leaseMs, this.keys.privateKey))
    if (message.type !== 'news' || this.isDeaf) return
    for (const item of message.items) {
      // The same rule as the real hub: what was committed already is only acknowledged again.
      if (item.seq <= machine.ackedSeq) continue
      machine.ackedSeq = item.seq
      machine.news.push(item)
    }
    this.send(machine.socket, { type: 'ack', seq: machine.ackedSeq })
  }

  async stop(): Promise<void> {
    this.dropAll()
    await new Promise((resolve) => this.server.close(resolve))
  }
}
