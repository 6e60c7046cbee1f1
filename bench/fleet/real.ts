import { setTimeout as sleep } from 'node:timers/promises'
import { Ansible, Clush } from '@/bench/fanout/peers'
import { type Rig, withRig } from '@/bench/fanout/rig'
import { untilEnded } from '@/bench/hub/until-ended'
import { waitForQuiet } from '@/bench/machine'
import { type Ratio, ratioOf } from '@/bench/report'
import type { Settings } from '@/bench/settings'
import { systemActor } from '@/lib/auth/actor'
import { runOnMachines } from '@/lib/commands/run-on-machines'

type Row = Record<string, number>
type Rows = Record<string, Row[]>

const program = 'true'
const peerPrograms = { ansible: 'ansible-core', 'ansible-playbook': 'ansible-core', clush: 'clustershell' }
const names = { command: 'a command on real hosts', again: 'a deploy with nothing changed' } as const

/** Real agents on hosts of their own: one small command, and a deploy of what is there already; beside those who come by ssh. */
export async function real(settings: Settings): Promise<Rows> {
  return withRig('fleet', settings, peerPrograms, async (rig) => {
    const [ansible, clush] = settings.alone ? [] : [new Ansible(rig.forPeers), new Clush(rig.forPeers)]
    await command(rig)
    const commands: Row[] = []
    for (let round = 1; round <= settings.rounds; round++) {
      await waitForQuiet(1, 20_000)
      commands.push({
        ...(await measured(rig, 'tengen', () => command(rig))),
        ...(clush ? await measured(rig, 'clush', () => clush.command(program)) : {}),
        ...(ansible ? await measured(rig, 'ansible', () => ansible.command(program)) : {}),
      })
      ansible?.hangUp()
      console.log(`  ${JSON.stringify(commands.at(-1))}`)
    }
    return { [names.command]: commands, [names.again]: await nothingChanged(rig, settings, ansible) }
  })
}

/** Beside the time what it took of the control side, which a real fleet's hosts do not share. */
async function measured({ control, hosts, fleet }: Rig, name: string, work: () => Promise<void>): Promise<Row> {
  const [mine, theirs, own] = [control.usedMs(), hosts.usedMs(), process.cpuUsage()]
  const began = performance.now()
  await work()
  const wall = performance.now() - began
  const { user, system } = process.cpuUsage(own)
  // This process makes the request, as the web server does.
  const requesting = name === 'tengen' ? (user + system) / 1000 : 0
  const perHost = (ms: number) => ms / fleet.hosts.length
  const cpu = {
    [`${name}, control CPU ms a host`]: perHost(control.usedMs() - mine + requesting),
    [`${name}, host CPU ms a host`]: perHost(hosts.usedMs() - theirs),
  }
  return { [`${name}, s`]: wall / 1000, ...(control.counts ? cpu : {}) }
}

/** Until every result is in its row. */
async function command({ tengen: { hub }, fleet }: Rig): Promise<void> {
  const ask = { machines: fleet.hosts.map(({ name }) => name), argv: [program], timeoutSeconds: 60, parallel: null, failuresAllowed: 0 }
  const { recordId } = await runOnMachines(systemActor('bench'), ask)
  await untilEnded(hub, recordId)
}

async function nothingChanged(rig: Rig, { rounds }: Settings, ansible: Ansible | undefined): Promise<Row[]> {
  const { tengen } = rig
  await tengen.prepare(1)
  await tengen.deploy()
  await tengen.configure()
  await ansible?.prepare()
  await ansible?.deploy()
  await sleep(2_000)
  const rows: Row[] = []
  for (let round = 1; round <= Math.min(rounds, 2); round++) {
    const row = await measured(rig, 'tengen', () => tengen.deployAgain())
    rows.push({ ...row, ...(ansible ? await measured(rig, 'ansible', () => ansible.deployAgain()) : {}) })
    console.log(`  ${JSON.stringify(rows.at(-1))}`)
  }
  await ansible?.clear()
  return rows
}

export function realRatios(rows: Rows): Ratio[] {
  const against = (name: string, peer: string, unit: 's' | 'control CPU ms a host', atLeast: number): Ratio[] => {
    const list = (rows[name] ?? []).filter((row) => row[`${peer}, ${unit}`] !== undefined)
    const values = list.map((row) => (row[`${peer}, ${unit}`] ?? Number.NaN) / (row[`tengen, ${unit}`] ?? Number.NaN))
    const what = unit === 's' ? 'time' : 'CPU of the control side'
    return values.length > 0 ? [ratioOf(`${peer} ÷ tengen, ${name}, ${what}`, values, { atLeast })] : []
  }
  return [
    ...against(names.command, 'ansible', 's', 100),
    ...against(names.command, 'ansible', 'control CPU ms a host', 100),
    ...against(names.command, 'clush', 's', 50),
    ...against(names.command, 'clush', 'control CPU ms a host', 50),
    ...against(names.again, 'ansible', 's', 200),
  ]
}
