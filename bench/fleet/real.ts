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
        'tengen, s': await command(rig),
        ...(clush ? { 'clush, s': await timed(() => clush.command(program)) } : {}),
        ...(ansible ? { 'ansible, s': await timed(() => ansible.command(program)) } : {}),
      })
      ansible?.hangUp()
      console.log(`  ${JSON.stringify(commands.at(-1))}`)
    }
    return { [names.command]: commands, [names.again]: await nothingChanged(rig, settings, ansible) }
  })
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

/** Until every result is in its row. */
const command = ({ tengen: { hub }, fleet }: Rig): Promise<number> =>
  timed(async () => {
    const ask = { machines: fleet.hosts.map(({ name }) => name), argv: [program], timeoutSeconds: 60, parallel: null, failuresAllowed: 0 }
    const { recordId } = await runOnMachines(systemActor('bench'), ask)
    await untilEnded(hub, recordId)
  })

async function nothingChanged({ tengen }: Rig, { rounds }: Settings, ansible: Ansible | undefined): Promise<Row[]> {
  await tengen.prepare(1)
  await tengen.deploy()
  await tengen.configure()
  await ansible?.prepare()
  await ansible?.deploy()
  await sleep(2_000)
  const rows: Row[] = []
  for (let round = 1; round <= Math.min(rounds, 2); round++) {
    const row = { 'tengen, s': await timed(() => tengen.deployAgain()) }
    rows.push({ ...row, ...(ansible ? { 'ansible, s': await timed(() => ansible.deployAgain()) } : {}) })
    console.log(`  ${JSON.stringify(rows.at(-1))}`)
  }
  await ansible?.clear()
  return rows
}

export function realRatios(rows: Rows): Ratio[] {
  const against = (name: string, peer: string, atLeast: number): Ratio[] => {
    const list = (rows[name] ?? []).filter((row) => row[`${peer}, s`] !== undefined)
    const values = list.map((row) => (row[`${peer}, s`] ?? Number.NaN) / (row['tengen, s'] ?? Number.NaN))
    return values.length > 0 ? [ratioOf(`${peer} ÷ tengen, ${name}`, values, { atLeast })] : []
  }
  return [...against(names.command, 'ansible', 100), ...against(names.command, 'clush', 50), ...against(names.again, 'ansible', 200)]
}
