import type { CommandEntry } from '@/lib/protocol/command'
import { Mask } from '@/lib/protocol/mask'
import type { HubMessage } from '@/lib/protocol/messages'
import { ApplicationUsers } from './application-user'
import { endOldChecks } from './check-run'
import { Commands } from './commands'
import { keepConnected, type Received, type Wire } from './connection'
import { waitsForUnit } from './copies'
import { DesiredStore } from './desired-store'
import { keepReserve } from './durable'
import { machineFacts, machineLoad } from './facts'
import { toFailure } from './failure'
import { fetchPackages } from './fetch-packages'
import { Files } from './files'
import { forgetLeftovers } from './garbage'
import { Groups } from './groups'
import type { Session } from './handshake'
import type { Home } from './home'
import type { IdentityStore } from './identity-store'
import { InitRuns } from './init-runs'
import { takeInventory } from './inventory'
import { Leases } from './leases'
import { NewsSender } from './news-sender'
import { Outbox } from './outbox'
import { OutputBounds } from './output-bounds'
import { OutputSender } from './output-sender'
import { paced, pause, unlessAborted } from './pace'
import { type BlobSource, PackageCache } from './package-cache'
import { Sampler } from './sampler'
import { Secrets } from './secrets'
import { Reporter } from './task-report'
import { endOldTerminals, Terminals } from './terminals'
import { say, type UnitContext } from './unit-context'
import { leasesWanted } from './unit-lease'
import { loadRecords, newRecord, type UnitRecord } from './unit-record'
import { UnitRunner } from './unit-runner'
import { Updater } from './updater'
import { whyNotAccept } from './why-not-accept'

const tickMs = 5000
/** Seldom: the kernel walks all its sockets to say who listens. */
const pollsOfInventory = 4

/** The program on a machine: keeps what is wanted, makes it so, and says what happened. */
export class Agent implements BlobSource {
  private readonly runners = new Map<string, UnitRunner>()
  private readonly stopping = new AbortController()
  private session: (Session & { wire: Wire; sender: NewsSender; output: OutputSender; askedAt: number }) | undefined
  private timers: NodeJS.Timeout[] = []
  private readonly bounds = new OutputBounds(() => this.runFolders())
  private cache!: PackageCache
  private ctx!: UnitContext
  private terminals!: Terminals
  private commands!: Commands
  private files!: Files
  private sampler!: Sampler
  private inits!: InitRuns
  private updater!: Updater
  /** It ends so that another file goes on in its place. */
  isLeaving = false

  private constructor(
    private readonly home: Home,
    private readonly store: IdentityStore,
    private readonly desired: DesiredStore,
    private readonly outbox: Outbox,
  ) {}

  static async start(home: Home, store: IdentityStore): Promise<Agent> {
    const agent = new Agent(home, store, await DesiredStore.load(home.desired), await Outbox.open(home.outbox))
    agent.cache = new PackageCache(home, agent)
    agent.ctx = {
      home,
      outbox: agent.outbox,
      reporter: new Reporter(agent.outbox),
      users: await ApplicationUsers.load(home.users, home.root),
      cache: agent.cache,
      secrets: new Secrets(new Mask()),
      groups: Groups.find(home.root),
      leases: new Leases(home),
    }
    agent.ctx.leases.wanted = () => leasesWanted(agent.ctx, agent.runners.values())
    endOldChecks(home.root)
    endOldTerminals(home.root)
    const recordOf = (unitId: string) => agent.runners.get(unitId)?.record
    agent.terminals = new Terminals(agent.ctx, recordOf)
    agent.updater = new Updater(agent.ctx, {
      source: agent,
      quiet: (entry, signal) => agent.quiet(entry, signal),
      leave: () => agent.leave(),
    })
    await agent.updater.reportFailure()
    agent.commands = new Commands(agent.ctx, recordOf, (entry, signal) => agent.updater.update(entry, signal), agent)
    agent.files = new Files(agent.ctx, recordOf, () => agent.records())
    agent.inits = await InitRuns.load(agent.ctx, agent)
    agent.learnSecrets()
    for (const record of await loadRecords(home)) agent.runners.set(record.unitId, new UnitRunner(agent.ctx, record))
    for (const runner of agent.runners.values()) runner.adopt()
    agent.sampler = new Sampler(agent.ctx, () => agent.records())
    agent.spread()
    return agent
  }

  /** Runs until `stop`; units are left as they are. */
  async run(): Promise<void> {
    const tick = setInterval(() => void this.tick().catch((error) => say(String(error))), Math.max(paced(tickMs), 100))
    await keepConnected(
      this.store,
      {
        place: () => this.desired.current,
        opened: (session, wire) => this.opened(session, wire),
        received: (item) => this.received(item),
        closed: () => this.closed(),
      },
      this.stopping.signal,
    )
    clearInterval(tick)
    this.bounds.stop()
    this.terminals.close()
    this.sampler.stop()
    this.inits.close()
    await Promise.all([...this.runners.values()].map((runner) => runner.close()))
    await Promise.all([this.commands.close(), this.desired.keep()])
    await this.outbox.close()
  }

  stop(): void {
    this.stopping.abort(new Error('The agent is stopping.'))
  }

  private leave(): void {
    this.isLeaving = true
    this.stop()
  }

  /** Until no hook and no command runs; what is told meanwhile is kept, and begun by the next agent. */
  private async quiet(entry: CommandEntry, signal: AbortSignal): Promise<void> {
    this.commands.isHeld = true
    const runners = [...this.runners.values()].map((runner) => runner.settle())
    try {
      await unlessAborted(Promise.all([this.commands.settle(entry), ...runners]), signal)
    } catch (error) {
      this.commands.isHeld = false
      if (!this.stopping.signal.aborted) this.spread()
      throw error
    }
  }

  /** For downloads: waits for a session. */
  async open(signal: AbortSignal): Promise<{ baseUrl: string; ticket: string }> {
    while (!this.session) await pause(paced(200), signal)
    const url = new URL(this.store.identity.hubUrl)
    return { baseUrl: `${url.protocol === 'wss:' ? 'https' : 'http'}://${url.host}`, ticket: this.session.welcome.ticket }
  }

  private records(): UnitRecord[] {
    return [...this.runners.values()].map(({ record }) => record)
  }

  private runFolders(): string[] {
    return this.records().flatMap(({ process }) => (process ? [this.home.run(process.runId)] : []))
  }

  private learnSecrets(): void {
    const { machineId, box } = this.store.identity
    if (machineId) this.ctx.secrets.learn(this.desired.current.secrets, machineId, box.privateKey)
  }

  /** Hands every unit its entry. */
  private spread(): void {
    const { entries, isFrozen } = this.desired.current
    if (!isFrozen) this.commands.take(this.desired.current.commands ?? [])
    if (this.commands.isHeld) return
    for (const entry of Object.values(entries)) {
      let runner = this.runners.get(entry.unitId)
      if (!runner) {
        if (isFrozen || entry.wanted === 'as_is') continue
        runner = new UnitRunner(this.ctx, newRecord(entry.unitId, entry.unit, entry.generation))
        this.runners.set(entry.unitId, runner)
      }
      runner.setEntry(entry, isFrozen)
    }
    // A machine without units has nothing to look at twice a second.
    if (this.runners.size > 0) this.bounds.start()
    if (isFrozen) return
    void fetchPackages(this.ctx, this.desired.current.packages, this.stopping.signal)
    this.inits.take(this.desired.current.init)
  }

  private async opened(session: Session, wire: Wire): Promise<void> {
    const { welcome } = session
    await this.outbox.liftAbove(welcome.ackedSeq)
    await this.desired.meetHub(welcome.era, welcome.revision)
    if (this.desired.current.isFrozen) say('the hub is of another era or behind this machine: nothing is changed until it has caught up')
    const sender = new NewsSender(this.outbox, wire, welcome.ackedSeq)
    const output = new OutputSender(this.home, this.ctx.secrets.mask, wire, () => this.records())
    await this.updater.confirm()
    this.session = { ...session, wire, sender, output, askedAt: performance.now() }
    say(`connected as machine ${welcome.machineId}`)
    this.ctx.groups.onLost = () => void this.sendFacts().catch(() => undefined)
    await this.sendFacts()
    await this.sendInventory()
    await this.sendHeartbeat()
    this.timers = [
      setInterval(() => void this.sendHeartbeat().catch(() => undefined), welcome.heartbeatMs),
      setInterval(() => this.poll(), welcome.pollMs),
      // Listeners come and go without us; planners avoid the ports they were told of.
      setInterval(() => void this.sendInventory().catch(() => undefined), pollsOfInventory * welcome.pollMs),
    ]
    sender.start()
    for (const one of [this.sampler, this.commands]) one.connected(wire)
    const line = { wire, hubKey: session.hubKey, machineId: welcome.machineId, nonce: session.agentNonce }
    for (const one of [this.terminals, this.files, this.ctx.leases]) one.connected(line)
  }

  private closed(): void {
    for (const timer of this.timers) clearInterval(timer)
    this.session?.sender.stop()
    this.session?.output.stop()
    for (const one of [this.terminals, this.files, this.ctx.leases, this.sampler, this.commands]) one.disconnected()
    this.session = undefined
    say('the connection to the hub is lost')
  }

  private async received({ message, raw }: Received): Promise<void> {
    switch (message.type) {
      case 'ack':
        return this.session?.sender.acknowledged(message.seq)
      case 'desired':
        return this.takeDesired(message, raw)
      case 'wake':
        if (message.revision > this.desired.current.revision) this.poll()
        return
      case 'output-want':
        return this.session?.output.want(message)
      case 'output-at':
        return this.session?.output.at(message)
      case 'terminal':
        return this.terminals.take(message, raw)
      case 'file':
        return this.files.take(message, raw)
      case 'drop':
        return this.files.drop(message, raw)
      case 'lease':
        return this.ctx.leases.take(message, raw)
      case 'terminal-kept':
        return this.terminals.kept(message.terminalId, message.seq)
      default:
        return
    }
  }

  private async takeDesired(message: Extract<HubMessage, { type: 'desired' }>, raw: Record<string, unknown>): Promise<void> {
    const { session } = this
    if (!session) return
    const whyNot = whyNotAccept(message, raw, { ...session, identity: this.store.identity })
    if (whyNot) return say(`a desired set was refused: ${whyNot}`)
    try {
      if ((await this.desired.accept(message)) !== 'accepted') return await this.sendInventory()
    } catch (error) {
      // The hub hears of the full disk by the tasks that fail; this set will come again with the next poll.
      return say(`a desired set could not be stored: ${toFailure(error).message}`)
    }
    this.learnSecrets()
    this.spread()
  }

  private poll(): void {
    const { session } = this
    if (!session) return
    session.askedAt = performance.now()
    const { era, revision } = this.desired.current
    session.wire.send({ type: 'poll', era, revision })
  }

  private async sendFacts(): Promise<void> {
    this.session?.wire.send({ type: 'facts', ...(await machineFacts(this.ctx, this.store.identity.address)) })
  }

  private async sendHeartbeat(): Promise<void> {
    this.ctx.leases.ask()
    const { era, revision } = this.desired.current
    const load = await machineLoad(this.home.root)
    this.session?.wire.send({ type: 'heartbeat', at: new Date().toISOString(), era, revision, unsentNews: this.outbox.unsent, ...load })
  }

  private async sendInventory(): Promise<void> {
    const { era, revision } = this.desired.current
    const found = await takeInventory(this.ctx, this.records(), this.store.identity.address)
    this.session?.wire.send({ type: 'inventory', era, revision, ...found })
  }

  private async tick(): Promise<void> {
    await this.outbox.flush()
    await keepReserve(this.home.root)
    this.terminals.tick()
    await this.desired.forgetCommands((command) => this.ctx.reporter.isDone(command.cause) && !waitsForUnit(command))
    await forgetLeftovers(this.ctx, [...this.runners.values()], { ...this.desired.current, copies: this.commands.copies })
  }
}
