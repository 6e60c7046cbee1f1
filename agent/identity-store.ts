import { type KeyPair, makeBoxKeys, makeSigningKeys } from '@/lib/protocol/identity'
import { readIfThere, writeDurably } from './durable'
import type { Home } from './home'

export type Identity = {
  sign: KeyPair
  box: KeyPair
  hubUrl: string
  hubFingerprint: string
  machineId: string | null
  /** Kept after joining too, until a session went well: the welcome may have been lost. */
  joinSecret: string | null
  ratchet: string | null
  name: string | null
  address: string | null
  allowPlain: boolean
}

export class IdentityStore {
  private constructor(
    private readonly home: Home,
    public identity: Identity,
  ) {}

  static async load(home: Home): Promise<IdentityStore | undefined> {
    const text = await readIfThere(home.identity)
    return text ? new IdentityStore(home, JSON.parse(text) as Identity) : undefined
  }

  static async create(home: Home, given: Omit<Identity, 'sign' | 'box' | 'machineId' | 'ratchet'>): Promise<IdentityStore> {
    const store = new IdentityStore(home, { ...given, sign: makeSigningKeys(), box: makeBoxKeys(), machineId: null, ratchet: null })
    await store.save({})
    return store
  }

  async save(change: Partial<Identity>): Promise<void> {
    const next = { ...this.identity, ...change }
    await writeDurably(this.home.identity, JSON.stringify(next, null, 2))
    this.identity = next
  }
}
