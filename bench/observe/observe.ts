import { type Hub, withHub } from '@/bench/hub/hub'
import { waitForQuiet } from '@/bench/machine'
import { type Result, ratioOf } from '@/bench/report'
import { needPrograms, needRoot } from '@/bench/requirements'
import type { Settings } from '@/bench/settings'
import type { TestKubernetes } from '@/lib/testing/kubernetes'
import { type Crowd, podsOfService } from './crowd'
import { measure, measured, untilInRow } from './measure'
import { addRealCluster, fillCluster, untilSeen, withRealCluster } from './real'
import { openTen } from './ten'

const pods = 10_000
const services = pods / podsOfService
const clusters = 10
const allowed = '10.0.0.0/8,127.0.0.0/8'

type Row = Record<string, number>

/** How soon a change in a cluster of ten thousand pods is on the page, and what one that says nothing costs the others. */
export async function observe(settings: Settings): Promise<Result> {
  needRoot('observe', 'for a cluster in a network namespace of its own')
  needPrograms('observe', { openssl: 'openssl' })
  const rounds: Record<string, Row[]> = {}
  const keep: Keep = (name, row) => void (rounds[name] ??= []).push(row)
  await withRealCluster((cluster) => withHub({ ...options, profile: settings.profile }, (hub) => oneLarge(hub, cluster, settings, keep)))
  if (!settings.alone) await withHub(options, (hub, folder) => oneOfTen(hub, folder, settings, keep))
  return resultOf(settings, rounds)
}

const options = { programs: ['gateway', 'observers'], outgoingAllow: allowed } as const
type Keep = (name: string, row: Row) => void

async function oneLarge(hub: Hub, cluster: TestKubernetes, settings: Settings, keep: Keep): Promise<void> {
  const observer = () => hub.program('observers')
  const clusterId = await addRealCluster(hub, cluster)
  const before = await observer().residentKib()
  const crowd = await fillCluster(hub, cluster, { clusterId, services })
  await untilSeen(hub, pods)
  keep('memory of the observer', { 'without pods, MiB': before / 1024, 'with them, MiB': (await observer().residentKib()) / 1024 })
  await observer().endProfile('fill')
  await observer().beginProfile()
  for (let round = 0; round < settings.rounds; round++) {
    await waitForQuiet(0.6, 30_000)
    const began = observer().usedMs()
    const row = await measure(hub, crowd)
    const used = observer().usedMs() - began
    keep('changes in one real cluster', { ...row, 'CPU of the observer, ms a change': used / (measured.perSecond * measured.seconds) })
  }
  await observer().endProfile('changes')
  await restarts(hub, crowd, settings.rounds, keep)
}

async function oneOfTen(hub: Hub, folder: string, { rounds }: Settings, keep: Keep): Promise<void> {
  const ten = await openTen(hub, folder, { clusters, services })
  const others = { ...ten.crowd, pods: ten.crowd.pods.filter(({ cluster }) => cluster > 0) }
  try {
    await untilSeen(hub, pods)
    for (let round = 0; round < rounds; round++) {
      keep('ten clusters, all answer', await measure(hub, others))
      ten.tell(0, 'dead')
      keep('ten clusters, one says nothing', await measure(hub, others))
      ten.tell(0, 'alive')
      await untilInRow(hub, { ...ten.crowd, pods: ten.crowd.pods.filter(({ cluster }) => cluster === 0) }, async () => {})
    }
  } finally {
    ten.end()
  }
}

/** From the start of another process, or from the end of the one before, to the row that has what changed meanwhile. */
async function restarts(hub: Hub, crowd: Crowd, rounds: number, keep: Keep): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await hub.endProgram('observers')
    const calm = await untilInRow(hub, crowd, async () => hub.beginProgram('observers'))
    await hub.endProgram('observers', true)
    const hard = await untilInRow(hub, crowd, async () => hub.beginProgram('observers'))
    keep('restart to fresh', { 'after a goodbye, s': calm / 1000, 'after a kill, s': hard / 1000 })
  }
}

function resultOf(settings: Settings, rounds: Record<string, Row[]>): Result {
  const column = (name: string, key: string) => (rounds[name] ?? []).map((row) => row[key] ?? Number.NaN)
  const [real, all, one, restart] = [
    'changes in one real cluster',
    'ten clusters, all answer',
    'ten clusters, one says nothing',
    'restart to fresh',
  ]
  const memory = (rounds['memory of the observer'] ?? []).map(
    (row) => ((row['with them, MiB'] ?? 0) - (row['without pods, MiB'] ?? 0)) / (pods / 1000),
  )
  const loss = (key: string) => column(one, key).map((value, at) => value / (column(all, key)[at] ?? Number.NaN))
  return {
    bench: 'observe',
    method: [
      `${pods.toLocaleString('en')} pods of ${services} services in a real API server, made bound to simulated nodes; ${measured.perSecond} of them change a second for ${measured.seconds} s, from the sending of the change to its row and to an open page of its service (news by event stream, then the service read again, paced as the page does); ${measured.openPages} pages are open.`,
      'Restart: a pod changes while no observer runs; from the start of the next one to the row.',
      `As many pods in ${clusters} servers that list and watch as an API server does; one of them takes connections and says nothing. Only changes of the others count.`,
    ],
    settings: { pods, services, clusters, ...measured, rounds: settings.rounds },
    rounds,
    ratios: [
      ratioOf('change → row: P99, ms', column(real, 'row P99, ms'), { atMost: 1_000 }),
      ratioOf('change → page: P99, ms', column(real, 'page P99, ms'), { atMost: 1_000 }),
      ratioOf('memory of the observer for 1,000 pods, MiB', memory, { atMost: 10 }),
      ratioOf('restart to fresh, s', column(restart, 'after a goodbye, s'), { atMost: 10 }),
      ratioOf('… after a kill, s', column(restart, 'after a kill, s'), { atMost: 10 }),
      ratioOf('one dead of ten: P99 of a row of the others ÷ without', loss('row P99, ms'), { atMost: 1.2 }),
      ratioOf('one dead of ten: P99 on a page of the others ÷ without', loss('page P99, ms'), { atMost: 1.2 }),
    ],
    notes: [],
  }
}
