import { setTimeout as sleep } from 'node:timers/promises'
import { waitForQuiet } from '@/bench/machine'
import { type Ratio, type Result, ratioOf } from '@/bench/report'
import type { Settings } from '@/bench/settings'
import type { Contender } from './contender'
import type { Fleet } from './fleet'
import { Ansible, OneConnection } from './peers'
import { type Rig, withRig } from './rig'

type Row = Record<string, number>
type Playing = Rig & { readonly peers: readonly Contender[] }

const peerPrograms = { 'ansible-playbook': 'ansible-core', curl: 'curl' }

/** A service of four steps (payload, config, start, check) on all hosts at once, by each contender in turn, in every round. */
export async function fanout(settings: Settings): Promise<Result> {
  return withRig('fanout', settings, peerPrograms, async (rig) => {
    const peers = settings.alone ? [] : [new OneConnection(rig.forPeers), new Ansible(rig.forPeers)]
    const rounds = await playRounds({ ...rig, peers }, settings)
    return resultOf(settings, rounds, rig.archive.bytes, rig.control.counts)
  })
}

async function playRounds(rig: Playing, { rounds }: Settings): Promise<Record<string, Row[]>> {
  const rows: Record<string, Row[]> = { idle: [await idle(rig)] }
  // The first deploy of a fresh hub compiles code and plans; a hub in use has that behind it.
  await play(rig, rig.tengen, 0)
  await rig.tengen.clear()
  for (let round = 1; round <= rounds; round++) {
    await waitForQuiet(0.4, 30_000)
    const add = (name: string, row: Row) => (rows[name] = [...(rows[name] ?? []), row])
    await rig.tengen.hub.statements?.reset()
    add('tengen', { ...(await play(rig, rig.tengen, round)), 'request, ms': rig.tengen.requestMs })
    await rig.tengen.hub.statements?.write('fanout')
    add('tengen, new config (live)', await measured(rig, () => rig.tengen.configure()))
    await rig.tengen.clear()
    for (const peer of rig.peers) {
      add(peer.name, await play(rig, peer, round))
      await peer.clear()
    }
    console.log(
      `  round ${round}: ${Object.entries(rows)
        .map(([name, list]) => `${name} ${list.at(-1)?.['wall, s']?.toFixed(2)} s`)
        .join(', ')}`,
    )
  }
  return rows
}

async function play(rig: Rig, contender: Contender, round: number): Promise<Row> {
  await contender.prepare(round)
  await sleep(500)
  const row = await measured(rig, () => contender.deploy())
  await verify(rig.fleet, contender)
  return row
}

async function measured({ control, hosts, fleet }: Rig, work: () => Promise<void>): Promise<Row> {
  const [c0, h0, own] = [control.usedMs(), hosts.usedMs(), process.cpuUsage()]
  const began = performance.now()
  await work()
  const wall = performance.now() - began
  const used = process.cpuUsage(own)
  const perHost = (ms: number) => ms / fleet.hosts.length
  const cpu: Row = control.counts
    ? {
        // This process plans and stores the request, as the web server does: it counts as control.
        'control CPU, ms a host': perHost(control.usedMs() - c0 + (used.user + used.system) / 1000),
        'host CPU, ms a host': perHost(hosts.usedMs() - h0),
      }
    : {}
  return { 'wall, s': wall / 1000, ...cpu }
}

/** From outside, each host's service must answer with its own host's name. */
async function verify(fleet: Fleet, contender: Contender): Promise<void> {
  const wrong: string[] = []
  for (const { name, address } of fleet.hosts) {
    const answer = await fetch(`http://${address}:${contender.ports.get(name)}/`).then((response) => response.text(), String)
    if (answer.trim() !== name) wrong.push(`${name}: ${answer.trim()}`)
  }
  if (wrong.length > 0)
    throw new Error(`${contender.name}: ${wrong.length} hosts do not answer as themselves: ${wrong.slice(0, 3).join('; ')}`)
}

/** What joined agents and an idle hub cost a second: the peers' turns carry it too. */
async function idle({ control, hosts, fleet, tengen }: Rig): Promise<Row> {
  await sleep(2_000)
  await tengen.hub.statements?.reset()
  const [c0, h0] = [control.usedMs(), hosts.usedMs()]
  await sleep(10_000)
  await tengen.hub.statements?.write('idle')
  return {
    'hub, ms CPU a second': (control.usedMs() - c0) / 10,
    'agent, ms CPU a second each': (hosts.usedMs() - h0) / 10 / fleet.hosts.length,
  }
}

function resultOf(settings: Settings, rounds: Record<string, Row[]>, bytes: number, counts: boolean): Result {
  const walls = (name: string) => (rounds[name] ?? []).map((row) => row['wall, s'] ?? Number.NaN)
  const ours = walls('tengen')
  const against = (name: string, atLeast: number): Ratio[] =>
    rounds[name]
      ? [
          ratioOf(
            `${name} ÷ tengen, wall time`,
            walls(name).map((wall, i) => wall / (ours[i] ?? Number.NaN)),
            { atLeast },
          ),
        ]
      : []
  return {
    bench: `fanout ${settings.hosts}`,
    method: [
      `${settings.hosts} hosts (network, processes and ssh server of their own) and everything else share this machine's cores.`,
      `Four steps: ${Math.round(bytes / 1000)} KB of 34 files, a config file of its own, start, HTTP check. Every host verified from outside after every turn.`,
      'tengen: from the call of createService (plan included; no approval in test) to the commit of `succeeded`; PostgreSQL durable.',
      'Peers: tuned Ansible (50 forks, pipelining, ControlPersist, no facts); one ssh connection a host, 16 at a time. In turn, ratios within a round.',
    ],
    settings: { hosts: settings.hosts, rounds: settings.rounds, payloadBytes: bytes, files: 34 },
    rounds,
    ratios: [...against('tuned Ansible', 25), ...against('one-connection ssh', 3)],
    notes: counts ? [] : ['No cpuacct group here, so CPU time is not split.'],
  }
}
