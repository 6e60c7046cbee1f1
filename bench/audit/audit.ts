import { withHub } from '@/bench/hub/hub'
import { waitForQuiet } from '@/bench/machine'
import { type Result, ratioOf } from '@/bench/report'
import type { Settings } from '@/bench/settings'
import { sealEvents } from '@/lib/audit/seal-events'
import type { Actor } from '@/lib/auth/actor'
import { pace } from '@/lib/pace'
import { createVariable } from '@/lib/variables/create-variable'

const atOnce = 8
const seconds = 8

type Row = Record<string, number>

/** How many changes a second the hub takes while what happens is sealed, and while it is not. */
export async function audit(settings: Settings): Promise<Result> {
  return withHub({ programs: [], profile: settings.profile }, async (hub) => {
    const actor = await hub.person('mei')
    const rounds: Record<string, Row[]> = { 'without sealing': [], 'with sealing': [] }
    await write(actor, 'w', 2)
    for (let round = 1; round <= settings.rounds; round++) {
      await waitForQuiet(0.4, 30_000)
      await sealAll()
      rounds['without sealing']?.push(await write(actor, `n${round}`, seconds))
      await sealAll()
      rounds['with sealing']?.push(await writeSealed(actor, `s${round}`))
    }
    return resultOf(settings, rounds)
  })
}

async function sealAll(): Promise<void> {
  while ((await sealEvents()) > 0);
}

/** Use cases as pages and API run them: rights, lock, rows, event, commit. */
async function write(actor: Actor, prefix: string, forSeconds: number): Promise<Row> {
  const end = performance.now() + forSeconds * 1_000
  let count = 0
  const hand = async () => {
    while (performance.now() < end)
      await createVariable(actor, {
        organization: 'harbor',
        application: 'shop',
        environment: 'test',
        name: `${prefix.toUpperCase()}_${count++}`,
        value: 'a value',
      })
  }
  await Promise.all(Array.from({ length: atOnce }, hand))
  return { 'changes a second': count / forSeconds }
}

async function writeSealed(actor: Actor, prefix: string): Promise<Row> {
  let isOver = false
  const sealing = (async () => {
    let sealed = 0
    for (; !isOver; await new Promise((done) => setTimeout(done, pace('sealEvents')))) sealed += await sealEvents()
    return sealed
  })()
  const row = await write(actor, prefix, seconds)
  isOver = true
  const sealed = await sealing
  await sealAll()
  if (sealed < ((row['changes a second'] ?? 0) * seconds) / 2) throw new Error(`Only ${sealed} events were sealed meanwhile.`)
  return row
}

function resultOf(settings: Settings, rounds: Record<string, Row[]>): Result {
  const column = (name: string) => (rounds[name] ?? []).map((row) => row['changes a second'] ?? Number.NaN)
  const without = column('without sealing')
  return {
    bench: 'audit',
    method: [
      `A variable is made, ${atOnce} at a time for ${seconds} s: rights, rows and event in one transaction, everything durable. The sealer looks once a second, in the same process.`,
    ],
    settings: { atOnce, seconds, rounds: settings.rounds },
    rounds,
    ratios: [
      ratioOf(
        'changes a second: sealed ÷ not sealed',
        column('with sealing').map((value, i) => value / (without[i] ?? Number.NaN)),
        { atLeast: 0.9 },
      ),
    ],
    notes: [],
  }
}
