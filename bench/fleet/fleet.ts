import type { Result } from '@/bench/report'
import type { Settings } from '@/bench/settings'
import { emulated, emulatedRatios } from './emulated'

export async function fleet(settings: Settings): Promise<Result> {
  const rounds = await emulated(settings)
  return {
    bench: 'fleet',
    method: [
      `${settings.agents} emulated agents (real sockets, keys, signatures and ratchets, in two processes) at the real gateway, worker, PostgreSQL and Redis, all on this machine's cores.`,
      'A command: from the call of runOnMachines to the commit that ends the record, every result in its row. Restart: from SIGTERM to the gateway.',
    ],
    settings: { agents: settings.agents, rounds: settings.rounds },
    rounds,
    ratios: emulatedRatios(rounds),
    notes: [],
  }
}
