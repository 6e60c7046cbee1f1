import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const mount = '/sys/fs/cgroup/cpuacct'

/** Counts the CPU time of a set of processes and of all they start. Without cgroups nothing is counted. */
export class CpuGroup {
  private constructor(private readonly folder: string | undefined) {}

  static make(name: string): CpuGroup {
    if (!existsSync(path.join(mount, 'cpuacct.usage'))) return new CpuGroup(undefined)
    const folder = path.join(mount, name)
    try {
      mkdirSync(folder, { recursive: true })
      return new CpuGroup(folder)
    } catch {
      return new CpuGroup(undefined)
    }
  }

  get counts(): boolean {
    return this.folder !== undefined
  }

  /** The same command, begun inside the group. The words of the shell are constant, the command comes as arguments. */
  wrap(argv: readonly string[]): [string, string[]] {
    const [program = '', ...rest] = argv
    if (!this.folder) return [program, rest]
    return ['/bin/sh', ['-c', 'echo $$ > "$0" && exec "$@"', path.join(this.folder, 'cgroup.procs'), program, ...rest]]
  }

  /** A process that runs already, with its children. */
  adopt(pid: number): void {
    if (!this.folder) return
    for (const one of [pid, ...childrenOf(pid)]) {
      try {
        writeFileSync(path.join(this.folder, 'cgroup.procs'), String(one))
      } catch {
        // It ended in between.
      }
    }
  }

  /** Milliseconds of CPU so far. */
  usedMs(): number {
    return this.folder ? Number(readFileSync(path.join(this.folder, 'cpuacct.usage'), 'utf8')) / 1e6 : Number.NaN
  }

  pids(): number[] {
    if (!this.folder) return []
    return readFileSync(path.join(this.folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
  }

  remove(): void {
    if (!this.folder) return
    for (let tries = 0; tries < 50; tries++) {
      try {
        rmdirSync(this.folder)
        return
      } catch {
        // Its last processes are still on their way out.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40)
      }
    }
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return []
  }
}

/** Milliseconds of CPU of one process so far, in steps of ten. */
export function usedMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}
