import type { Result } from '@/bench/report'
import type { Settings } from '@/bench/settings'
import { emulated, emulatedRatios } from './emulated'
import { real, realRatios } from './real'

/** A command to a whole fleet: real hosts beside Ansible and ClusterShell, and thousands of emulated agents. `--hosts 0`, `--agents 0` leave one out. */
export async function fleet(settings: Settings): Promise<Result> {
  const { hosts, agents, rounds } = settings
  const onHosts = hosts > 0 ? await real(settings) : undefined
  const inSwarm = agents > 0 ? await emulated(settings) : undefined
  return {
    bench: `fleet ${hosts} ${agents}`,
    method: [
      `${hosts} real hosts (network, processes, ssh server and agent of their own) share this machine's cores with everything else; the command is \`true\`.`,
      'Ansible and ClusterShell: 50 at a time, pipelining, kept connections, no facts. In turn, ratios within a round.',
      `${agents} emulated agents (real sockets, keys, own signatures and ratchets, in two processes; one in fifty checks the hub's words) at the real gateway, worker, PostgreSQL and Redis.`,
      'A command: from the call of runOnMachines to the commit that ends the record, every result in its row. Restart: from SIGTERM to the gateway.',
      'Nothing changed: the same deploy asked for again; Ansible plays its book again without the start, which it would repeat.',
    ],
    settings: { hosts, agents, rounds },
    rounds: { ...onHosts, ...inSwarm },
    ratios: [...(onHosts ? realRatios(onHosts) : []), ...(inSwarm ? emulatedRatios(inSwarm) : [])],
    notes: [],
  }
}
