import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { errorCodeOf } from './failure'

/** What a unit may take of its machine; 0 = as much as there is. */
export type Size = { cpuMillis: number; memoryMib: number }
export type Usage = { cpuMs: number; memoryBytes: number }

/** Groups of processes whose size the kernel holds. The two versions of cgroups differ in files and units only. */
export interface GroupTree {
  readonly by: 'cgroup2' | 'cgroup1' | 'systemd'
  /** Every folder that makes up the group; each has a `cgroup.procs`. */
  folders(name: string): string[]
  /** Folders that hold all groups, and go with the last one. */
  tops: string[]
  make(name: string): void
  names(): string[]
  setMemory(name: string, memoryMib: number): void
  setCpu(name: string, cpuMillis: number): void
  setWeight(name: string, cpuMillis: number): void
  setPids(name: string, most: number): void
  /** How often the kernel has killed a process in it for want of memory. */
  kills(name: string): number
  usage(name: string): Usage
}

const periodUs = 100_000
/** The kernel refuses a smaller one. */
const leastQuotaUs = 1_000
const mib = 1024 * 1024

const read = (...path: string[]): string => readFileSync(join(...path), 'utf8')
const write = (value: number | string, ...path: string[]): void => writeFileSync(join(...path), String(value))

/** Files that not every kernel has. */
function writeIfThere(value: number | string, ...path: string[]): void {
  try {
    write(value, ...path)
  } catch (error) {
    if (!['ENOENT', 'EACCES', 'EOPNOTSUPP'].includes(errorCodeOf(error) ?? '')) throw error
  }
}

function numberIn(text: string, key: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${key} `))
  return line === undefined ? 0 : Number(line.slice(key.length + 1))
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  } catch {
    return []
  }
}

const quotaUs = (cpuMillis: number): number => Math.max(leastQuotaUs, (cpuMillis * periodUs) / 1000)
/** A share in the old measure, in which 1024 is one core. */
const sharesOf = (cpuMillis: number): number => Math.max(2, Math.round((cpuMillis || 1000) * 1.024))

/** One hierarchy for each kind of limit. `top` is the folder below each mount that holds all groups of this agent. */
export function treeOfV1(mounts: { memory: string; cpu: string; pids: string | null; cpuacct: string | null }, top: string): GroupTree {
  const { memory, cpu, pids, cpuacct } = mounts
  const tops = [...new Set([memory, cpu, pids, cpuacct].flatMap((mount) => (mount ? [join(mount, top)] : [])))]
  return {
    by: 'cgroup1',
    folders: (name) => tops.map((folder) => join(folder, name)),
    tops,
    make(name) {
      for (const folder of tops) mkdirSync(join(folder, name), { recursive: true })
      // All units together weigh as much as the machine has cores, against whatever else runs on it.
      write(sharesOf(cpus().length * 1000), cpu, top, 'cpu.shares')
    },
    names: () => namesIn(join(memory, top)),
    setMemory(name, memoryMib) {
      const bytes = memoryMib === 0 ? -1 : memoryMib * mib
      const swap = () => writeIfThere(bytes, memory, top, name, 'memory.memsw.limit_in_bytes')
      const before = Number(read(memory, top, name, 'memory.limit_in_bytes'))
      // Memory and swap together may never be less than memory alone, at no moment.
      if (bytes === -1 || bytes > before) swap()
      write(bytes, memory, top, name, 'memory.limit_in_bytes')
      if (bytes !== -1 && bytes <= before) swap()
    },
    setCpu: (name, cpuMillis) => {
      write(periodUs, cpu, top, name, 'cpu.cfs_period_us')
      write(cpuMillis === 0 ? -1 : quotaUs(cpuMillis), cpu, top, name, 'cpu.cfs_quota_us')
    },
    setWeight: (name, cpuMillis) => write(sharesOf(cpuMillis), cpu, top, name, 'cpu.shares'),
    setPids: (name, most) => pids && write(most, pids, top, name, 'pids.max'),
    kills: (name) => numberIn(read(memory, top, name, 'memory.oom_control'), 'oom_kill'),
    usage: (name) => ({
      cpuMs: cpuacct ? Number(read(cpuacct, top, name, 'cpuacct.usage')) / 1e6 : 0,
      memoryBytes: workingSet(
        read(memory, top, name, 'memory.usage_in_bytes'),
        read(memory, top, name, 'memory.stat'),
        'total_inactive_file',
      ),
    }),
  }
}

/** One hierarchy for everything; `root` is a folder that nobody else writes into, with the controllers switched on below it. */
export function treeOfV2(root: string, by: 'cgroup2' | 'systemd'): GroupTree {
  return {
    by,
    folders: (name) => [join(root, name)],
    tops: [],
    make: (name) => void mkdirSync(join(root, name), { recursive: true }),
    names: () => namesIn(root).filter((name) => name !== keeperGroup),
    setMemory(name, memoryMib) {
      // What it would have to swap out it may not have.
      writeIfThere(memoryMib === 0 ? 'max' : 0, root, name, 'memory.swap.max')
      write(memoryMib === 0 ? 'max' : memoryMib * mib, root, name, 'memory.max')
    },
    setCpu: (name, cpuMillis) => write(`${cpuMillis === 0 ? 'max' : quotaUs(cpuMillis)} ${periodUs}`, root, name, 'cpu.max'),
    setWeight: (name, cpuMillis) =>
      write(Math.min(10_000, Math.max(1, Math.round(1 + ((sharesOf(cpuMillis) - 2) * 9_999) / 262_142))), root, name, 'cpu.weight'),
    setPids: (name, most) => write(most, root, name, 'pids.max'),
    kills: (name) => numberIn(read(root, name, 'memory.events'), 'oom_kill'),
    usage: (name) => ({
      cpuMs: numberIn(read(root, name, 'cpu.stat'), 'usage_usec') / 1000,
      memoryBytes: workingSet(read(root, name, 'memory.current'), read(root, name, 'memory.stat'), 'inactive_file'),
    }),
  }
}

/** Beside the groups of units in a scope: the process that keeps the scope. */
export const keeperGroup = 'keeper'

/** Without what the kernel has read ahead and gives back when it is asked to. */
const workingSet = (used: string, stat: string, key: string): number => Math.max(0, Number(used) - numberIn(stat, key))

export function pidsIn(tree: GroupTree, name: string): number[] {
  const pids = tree.folders(name).flatMap((folder) => {
    try {
      return read(folder, 'cgroup.procs').split('\n').filter(Boolean).map(Number)
    } catch {
      return []
    }
  })
  return [...new Set(pids)]
}

/** False while something in it is still on its way out. */
export function removeGroup(tree: GroupTree, name: string): boolean {
  const isGone = tree.folders(name).every(removeFolder)
  for (const top of tree.tops) removeFolder(top)
  return isGone
}

function removeFolder(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    return errorCodeOf(error) === 'ENOENT'
  }
}
