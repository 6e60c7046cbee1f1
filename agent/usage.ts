import { lstatSync, readFileSync } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Usage } from './group-tree'
import type { Groups } from './groups'
import { treeOf } from './procfs'
import { isProcessUp } from './supervisor'
import type { UnitRecord } from './unit-record'

/** The kernel counts both of them in hundredths of a second and in pages, whatever the processor. */
const msPerTick = 10
const pageBytes = 4096
/** A folder with more in it is not counted: that would cost more than the figure is worth. */
const mostEntries = 5000

/** CPU time that the machine has spent since it started, all cores together. */
export function machineCpuMs(): number {
  const [, ...fields] = (readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '').split(/\s+/)
  const [user, nice, system, , , irq, softirq] = fields.map(Number)
  return ((user ?? 0) + (nice ?? 0) + (system ?? 0) + (irq ?? 0) + (softirq ?? 0)) * msPerTick
}

/** What a unit's processes have used; undefined while nothing of it runs that can be counted. */
export function usageOf(record: UnitRecord, groups: Groups): Usage | undefined {
  if (!record.shouldRun) return undefined
  const counted = groups.usage(record.group)
  if (counted) return counted
  if (!record.process || !isProcessUp(record)) return undefined
  const parts = treeOf(record.process.mark.pid).flatMap((pid) => usageOfProcess(pid) ?? [])
  return parts.reduce((sum, one) => ({ cpuMs: sum.cpuMs + one.cpuMs, memoryBytes: sum.memoryBytes + one.memoryBytes }), {
    cpuMs: 0,
    memoryBytes: 0,
  })
}

function usageOfProcess(pid: number): Usage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const resident = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]
    return { cpuMs: (Number(fields[11]) + Number(fields[12])) * msPerTick, memoryBytes: Number(resident) * pageBytes }
  } catch {
    return undefined
  }
}

/** What a folder takes on the disk; undefined when it holds more than is counted, or is not there. */
export async function folderBytes(folder: string): Promise<number | undefined> {
  let bytes = 0
  let entries = 0
  const waiting = [folder]
  try {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for await (const entry of await opendir(next)) {
        entries += 1
        if (entries > mostEntries) return undefined
        const path = join(next, entry.name)
        if (entry.isDirectory()) waiting.push(path)
        else bytes += (lstatSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * 512
      }
    }
    return bytes
  } catch {
    return undefined
  }
}
