import { existsSync, readFileSync, statfsSync } from 'node:fs'
import os from 'node:os'
import { env } from '@/lib/env'
import type { Answer } from '@/lib/protocol/diagnosis'
import type { Home } from '@/scripts/up/home'
import type { State } from '@/scripts/up/lock'
import { isAlive } from '@/scripts/up/process-mark'

const mib = (bytes: number) => Math.floor(bytes / 2 ** 20)
const shortOfMib = 1_024

export function askMachine(home: Home): Answer {
  const { bsize, blocks, bavail } = statfsSync(home.folder)
  const facts = {
    at: new Date().toISOString(),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    node: process.version,
    platform: `${os.platform()} ${os.arch()} ${os.release()}`,
    cpus: os.cpus().length,
    load: os.loadavg(),
    memoryMib: mib(os.totalmem()),
    memoryFreeMib: mib(os.freemem()),
    upSeconds: Math.round(os.uptime()),
    folder: home.folder,
    diskMib: mib(blocks * bsize),
    diskFreeMib: mib(bavail * bsize),
  }
  const isShort = facts.diskFreeMib < shortOfMib
  return {
    ok: !isShort,
    says: `Node ${process.version}, ${facts.memoryFreeMib} MiB of memory and ${facts.diskFreeMib} MiB of disk free`,
    files: { 'machine.json': facts },
  }
}

/** Settings as they were understood, and the names of all others: values of those are nobody's business. */
export function askSettings(): Answer {
  const { TENGEN_MASTER_KEY, ...settings } = env()
  const names = Object.keys(process.env).sort()
  const facts = { ...settings, masterKey: TENGEN_MASTER_KEY ? 'from the environment' : 'from the file' }
  return { says: settings.REDIS_URL ? 'PostgreSQL and Redis' : 'PostgreSQL alone', files: { 'settings.json': { settings: facts, names } } }
}

/** What `npm run up` started; elsewhere processes are known by their heartbeat alone. */
export function askProcesses(home: Home, state: State | undefined): Answer {
  if (!existsSync(home.lock) || !state) return { says: 'none of this folder: see rows/processes.json' }
  const all = [{ name: 'supervisor', ...state.supervisor }, ...state.children]
  const seen = all.map(({ name, ...mark }) => ({ name, pid: mark.pid, isAlive: isAlive(mark), rssMib: rssMib(mark.pid) }))
  const gone = seen.filter((one) => !one.isAlive).map(({ name }) => name)
  const says = gone.length > 0 ? `not running: ${gone.join(', ')}` : `${seen.length} running`
  return { ok: gone.length === 0, says, files: { 'processes.json': { address: state.address, processes: seen } } }
}

function rssMib(pid: number): number | null {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)
  } catch {
    return null
  }
}
