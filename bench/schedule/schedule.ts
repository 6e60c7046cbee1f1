import { quantile, type Result, ratioOf } from '@/bench/report'
import type { Settings } from '@/bench/settings'
import { placeUnits } from '@/lib/deploys/plan/place-units'
import type { MachineFacts } from '@/lib/machines/machine-facts'

const sizes = [500, 5000] as const
const units = 1000
const resources = { cpuMillis: 200, memoryMib: 128, diskMib: 100 }
const ports = [{ name: 'http', default: 8080 }]

/** Machines of four sizes, a fifth of them already half full, three on each address. */
const fleet = (count: number): MachineFacts[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `m${i}`,
    name: `machine-${String(i).padStart(5, '0')}`,
    address: `10.0.${Math.floor(i / 3 / 250)}.${Math.floor(i / 3) % 250}`,
    runtimeId: 'pool',
    whyNot: undefined,
    capacity: { cpuMillis: 2000 * (1 + (i % 4)), memoryMib: 2048 * (1 + (i % 4)), diskMib: 20_000 },
    used: i % 5 === 0 ? { cpuMillis: 1000, memoryMib: 1024, diskMib: 5000 } : { cpuMillis: 0, memoryMib: 0, diskMib: 0 },
    units: i % 5 === 0 ? 5 : 0,
    takenPorts: new Set(i % 5 === 0 ? [8080, 8081] : []),
    rack: `r${i % 40}`,
    zone: `z${i % 3}`,
    labels: {},
  }))

/** The choice of a machine for one unit after the other, each seeing what those before it took. */
export async function schedule({ rounds }: Settings): Promise<Result> {
  const rows: Record<string, Record<string, number>[]> = {}
  for (const size of sizes) rows[`${size} machines`] = Array.from({ length: rounds }, () => decideAll(size))
  const p99 = (size: number) => (rows[`${size} machines`] ?? []).map((row) => row['p99, ms'] ?? Number.NaN)
  const [small, large] = [p99(sizes[0]), p99(sizes[1])]
  return {
    bench: 'schedule',
    method: [
      `${units} services with one unit each are placed one after the other on machines of four sizes, a fifth of them half full.`,
      'Timed is the choice itself (lib/deploys/plan/place-units.ts), with the facts of all machines in memory and counted anew for each.',
    ],
    settings: { sizes, units, rounds },
    rounds: rows,
    ratios: [
      ratioOf('5,000 machines: P99 a decision, ms', large, { atMost: 50 }),
      ratioOf(
        'P99 at 5,000 ÷ at 500 machines',
        large.map((one, i) => one / (small[i] ?? Number.NaN)),
        { atMost: 15 },
      ),
    ],
    notes: [],
  }
}

function decideAll(size: number): Record<string, number> {
  const machines = new Map(fleet(size).map((machine) => [machine.id, machine]))
  const times = Array.from({ length: units }, () => {
    const facts = [...machines.values()]
    const began = performance.now()
    const [placed] = placeUnits([{ ordinal: 0, resources, ports }], facts).placed
    const took = performance.now() - began
    if (!placed) throw new Error('There was room, and it was not found.')
    const { machine } = placed
    machines.set(machine.id, {
      ...machine,
      used: {
        cpuMillis: machine.used.cpuMillis + resources.cpuMillis,
        memoryMib: machine.used.memoryMib + resources.memoryMib,
        diskMib: machine.used.diskMib + resources.diskMib,
      },
      units: machine.units + 1,
      takenPorts: new Set([...machine.takenPorts, ...Object.values(placed.ports)]),
    })
    return took
  })
  return { 'p50, ms': quantile(times, 0.5), 'p99, ms': quantile(times, 0.99), 'all, s': times.reduce((sum, one) => sum + one, 0) / 1000 }
}
