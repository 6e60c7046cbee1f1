import path from 'node:path'
import { type Hub, withHub } from '@/bench/hub/hub'
import { waitForQuiet } from '@/bench/machine'
import { quantile, type Result, ratioOf } from '@/bench/report'
import type { Settings } from '@/bench/settings'
import { systemActor } from '@/lib/auth/actor'
import { createJoinToken } from '@/lib/machines/create-join-token'
import { CopyPeer } from './copy-peer'
import { runningRecord } from './running-records'
import { type Address, Sender } from './sender'

const machines = 8
const linesOfFrame = 100
const rowsARound = 200_000

type Row = Record<string, number>

/** Lines of 120 bytes, no two of a frame alike. */
const texts = Array.from({ length: linesOfFrame }, (_, i) =>
  `step unpack: wrote lib/mod${i}.bin (14500 bytes) in 3.1 ms; checksum ok; continuing with the rest`.padEnd(120, '.'),
)

/** News of several agents through the real gateway until it is committed and acknowledged, against one COPY of the same rows. */
export async function logs(settings: Settings): Promise<Result> {
  return withHub({ programs: ['gateway'], profile: settings.profile }, async (hub, folder) => {
    const senders = await Promise.all(
      Array.from({ length: machines }, (_, i) => joinSender(hub, path.join(folder, `agent-${i}`), `log-${i}`)),
    )
    const peer = await CopyPeer.open(hub.superuserUrl)
    try {
      return resultOf(settings, await playRounds({ hub, senders, peer }, settings))
    } finally {
      for (const sender of senders) sender.close()
      await peer.close()
    }
  })
}

interface Rig {
  readonly hub: Hub
  readonly senders: readonly Sender[]
  readonly peer: CopyPeer
}

async function joinSender(hub: Hub, folder: string, name: string): Promise<Sender> {
  const { token } = await createJoinToken(systemActor('bench'), { pool: 'test', machineName: name })
  return Sender.join(folder, `ws://127.0.0.1:${hub.port}/ws/agent`, { token, name, texts })
}

async function playRounds(rig: Rig, { rounds }: Settings): Promise<Record<string, Row[]>> {
  const rows: Record<string, Row[]> = { copy: [], 'a record for each machine': [], 'one record for all machines': [] }
  const ids = rig.senders.map((sender) => sender.machineId)
  const { connections } = rig.hub
  // Once for warming up.
  await send(rig, (await Promise.all(ids.map((id) => runningRecord(connections, [id])))).flat(), 20_000)
  for (let round = 1; round <= rounds; round++) {
    await waitForQuiet(0.4, 30_000)
    rows.copy?.push({ 'rows a second': await rig.peer.run(rowsARound, machines, texts) })
    const apart = (await Promise.all(ids.map((id) => runningRecord(connections, [id])))).flat()
    await rig.hub.statements?.reset()
    rows['a record for each machine']?.push(await send(rig, apart, rowsARound))
    await rig.hub.statements?.write('logs')
    rows['one record for all machines']?.push(await send(rig, await runningRecord(connections, ids), rowsARound))
    console.log(
      `  round ${round}: ${Object.entries(rows)
        .map(([name, list]) => `${name} ${Math.round(list.at(-1)?.['rows a second'] ?? 0)} rows/s`)
        .join(', ')}`,
    )
  }
  return rows
}

async function send({ hub, senders, peer }: Rig, addresses: readonly Address[], rows: number): Promise<Row> {
  await peer.checkpoint()
  const frames = Math.ceil(rows / machines / linesOfFrame)
  for (const sender of senders) sender.begin()
  const began = performance.now()
  const sent = await Promise.all(senders.map((sender, i) => sender.send(addresses[i] as Address, frames)))
  const seconds = (performance.now() - began) / 1000
  await verify(
    hub,
    addresses,
    sent.reduce((sum, one) => sum + one.rows, 0),
  )
  const acks = sent.flatMap((one) => one.ackMs)
  return {
    'rows a second': (frames * linesOfFrame * machines) / seconds,
    'ack p50, ms': quantile(acks, 0.5),
    'ack p99, ms': quantile(acks, 0.99),
  }
}

/** What was acknowledged is there, numbered without a gap. */
async function verify(hub: Hub, addresses: readonly Address[], rows: number): Promise<void> {
  const records = [...new Set(addresses.map((address) => address.recordId))]
  const { rows: found } = await hub.connections.pool.query<{ count: number; last: number }>(
    'select count(*)::int as count, max(line)::int as last from journal.log_line where record_id = any($1) group by record_id',
    [records],
  )
  const count = found.reduce((sum, one) => sum + one.count, 0)
  if (count !== rows || found.some((one) => one.last !== one.count)) throw new Error(`${rows} rows were acknowledged, ${count} are there.`)
}

function resultOf(settings: Settings, rounds: Record<string, Row[]>): Result {
  const rates = (name: string) => (rounds[name] ?? []).map((row) => row['rows a second'] ?? Number.NaN)
  const copy = rates('copy')
  const share = (name: string) => rates(name).map((rate, i) => rate / (copy[i] ?? Number.NaN))
  return {
    bench: 'logs',
    method: [
      `${machines} machines, each with the real handshake, send ${rowsARound.toLocaleString('en')} lines of 120 bytes in frames of ${linesOfFrame}, four ahead of the acknowledgement.`,
      'The clock runs from the first frame to the last acknowledgement, which the gateway sends after the commit. PostgreSQL durable; senders, gateway and PostgreSQL share the cores.',
      'Peer: one COPY of as many rows into a partitioned table with the same columns and indexes, in the same round. Every row counted afterwards.',
    ],
    settings: { machines, linesOfFrame, rowsARound, rounds: settings.rounds },
    rounds,
    ratios: [
      ratioOf('a record for each machine ÷ COPY', share('a record for each machine'), { atLeast: 0.5 }),
      ratioOf('one record for all machines ÷ COPY', share('one record for all machines'), { atLeast: 0.5 }),
    ],
    notes: [],
  }
}
