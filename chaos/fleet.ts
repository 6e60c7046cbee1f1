import { setMaxListeners } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { keepConnected } from '@/agent/connection'
import { homeAt } from '@/agent/home'
import { IdentityStore } from '@/agent/identity-store'
import { systemActor } from '@/lib/auth/actor'
import { createJoinToken } from '@/lib/machines/create-join-token'
import { operateMachine } from '@/lib/machines/operate-machine'
import { readJoinToken } from '@/lib/protocol/join-token'
import type { Stack } from '@/lib/testing/stack'

const place = { era: 0, revision: 0 }

/** Machines that are only a voice: they join, prove themselves and send heartbeats as any agent, and carry nothing. */
export class Fleet {
  private voices = new AbortController()

  private constructor(
    private readonly stack: Stack,
    private readonly folder: string,
    private readonly stores: readonly IdentityStore[],
  ) {}

  static async join(stack: Stack, count: number): Promise<Fleet> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-fleet-'))
    const { token } = await createJoinToken(systemActor('chaos'), { pool: 'production', maxUses: count, bringOnline: false })
    const { hubFingerprint, secret: joinSecret } = readJoinToken(token)
    const stores: IdentityStore[] = []
    for (let index = 0; index < count; index++) {
      const home = homeAt(path.join(folder, String(index)))
      mkdirSync(path.dirname(home.identity), { recursive: true })
      const named = { name: `voice-${index}`, address: '127.0.0.1', allowPlain: false }
      stores.push(await IdentityStore.create(home, { hubUrl: stack.url, hubFingerprint, joinSecret, ...named }))
    }
    const fleet = new Fleet(stack, folder, stores)
    fleet.speak()
    await fleet.untilHeard(count)
    const olga = await stack.person('olga')
    for (const { id } of await fleet.machines()) await operateMachine(olga, { machineId: id, act: 'init' })
    return fleet
  }

  machines = () => this.stack.database.db.machine.findMany({ where: { name: { startsWith: 'voice-' }, removedAt: null } })

  untilHeard = (count: number) =>
    this.stack.until(
      'the fleet to be heard',
      async () => (await this.machines()).filter(({ connected }) => connected).length === count,
      60_000,
    )

  speak(): void {
    this.voices = new AbortController()
    setMaxListeners(0, this.voices.signal)
    for (const store of this.stores) void speakFor(store, this.voices.signal)
  }

  /** All of them at one moment. */
  fallSilent(): void {
    this.voices.abort(new Error('lost'))
  }

  async leave(): Promise<void> {
    this.fallSilent()
    // They were only voices: nothing of them is to be seen in the next experiment.
    await this.stack.database.db.machine.deleteMany({ where: { name: { startsWith: 'voice-' } } })
    rmSync(this.folder, { recursive: true, force: true })
  }
}

async function speakFor(store: IdentityStore, signal: AbortSignal): Promise<void> {
  let beats: NodeJS.Timeout | undefined
  await keepConnected(
    store,
    {
      place: () => place,
      opened: async ({ welcome }, wire) => {
        const beat = () => {
          const load = { load: [0, 0, 0], memoryFreeMib: 1, diskFreeMib: 1000, unsentNews: 0 }
          wire.send({ type: 'heartbeat', at: new Date().toISOString(), era: welcome.era, revision: welcome.revision, ...load })
        }
        beat()
        beats = setInterval(beat, welcome.heartbeatMs)
      },
      received: async () => undefined,
      closed: () => clearInterval(beats),
    },
    signal,
  )
}
