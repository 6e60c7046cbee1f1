import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { paced } from './pace'
import { isAlive, markOf, type ProcessMark } from './procfs'
import { machinePath } from './unit-command'

/** What a leased run is ended by, and when: the moments are told backwards from the end of the lease. */
export type Guarded = {
  runId: string
  /** Folder of the run, and the holder it began with. */
  dir: string
  mark: ProcessMark
  leaseFile: string
  leaseMs: number
  stop: { signal: NodeJS.Signals; timeoutMs: number }
  /** Marks of the unit's processes in this home, in their environments. */
  unitId: string
  apps: string
}

const lookMs = 1_000
const mostReserveMs = 2_000

/**
 * The guard of a leased run: it knows the lease, the clock and how to kill, and needs neither the agent nor the hub. As small as the
 * holder, outlives the agent as the holder does, and is of another group, user and session than what it guards. Times are hundredths
 * of a second since boot, as /proc/uptime says them: time that the machine has slept counts. A lease of another boot is none. What was
 * born after it was last seen alive is of the next lease.
 */
const guardScript = `
lease=$1 pid=$2 ticks=$3 boot=$4 signal=$5 soon=$6 last=$7 look=$8 note=$9
shift 9
run=$1 unit=$2 apps=$3 main= line='
'
trap '' HUP INT QUIT TERM USR1 USR2 PIPE
look_at() {
  read -r stat <"/proc/$1/stat" || return 1
  set -- \${stat##*) }
  state=$1 born=\${20}
}
lives() { look_at "$pid" && [ "$born" = "$ticks" ] && [ "$state" != Z ] && [ "$state" != X ]; }
clock() { read -r at _ </proc/uptime; at=\${at%.*}\${at#*.}; }
left() {
  of= end=0
  read -r of end _ <"$lease"
  [ "$of" = "$boot" ] || end=0
  clock
  left=$((end - at))
}
rest() { sleep "$look" || sleep 1; }
sweep() {
  for of in $(grep -lsF "$1" /proc/[0-9]*/environ); do
    marks=$line$(tr '\\0' '\\n' <"$of")$line
    of=\${of#/proc/}
    case $marks in *"$line$1$line"*) ;; *) continue ;; esac
    case $marks in *"\${line}TENGEN_UNIT_DIR=$apps/"*) ;; *) continue ;; esac
    look_at "\${of%/environ}" && [ "$born" -le "$over" ] && kill -s KILL "\${of%/environ}"
  done
}
while lives; do
  left
  [ "$left" -gt "$soon" ] || break
  rest
done
if ! lives; then
  clock
  over=$at
  kill -s 0 -- "-$pid" && sweep "TENGEN_RUN=$run"
  exit 0
fi
: >"$note"
read -r main _ <"/proc/$pid/task/$pid/children"
kill -s "$signal" -- "\${main:--$pid}"
until=$((at + soon - last))
while lives && clock && [ "$at" -lt "$until" ]; do rest; done
over=$at
lives && kill -s KILL -- "-$pid"
sweep "TENGEN_UNIT_ID=$unit"
`

/** It calls `sleep`, `grep` and `tr`, and nothing that a unit may have put in its way. */
const surroundings: Record<string, string> = { PATH: machinePath }

const noteOf = (dir: string): string => join(dir, 'lease-over')

/** Sees to it that the run has its guard; called before anything of it runs, and again for as long as it does. */
export function keepGuard(guarded: Guarded): void {
  const file = join(guarded.dir, 'guard.json')
  const known = readMark(file)
  if (known && isAlive(known)) return
  const child = spawn('/bin/sh', ['-c', guardScript, 'tengen-guard', ...argumentsOf(guarded)], {
    cwd: '/',
    env: surroundings as NodeJS.ProcessEnv,
    detached: true,
    stdio: 'ignore',
  })
  // Reported by the missing mark; without a listener it would end the agent.
  child.on('error', () => undefined)
  child.unref()
  const mark = child.pid === undefined ? undefined : markOf(child.pid)
  if (!mark) throw new Error('The guard of its lease could not be started.')
  writeFileSync(file, JSON.stringify(mark))
}

/** It was ended because its lease was over. */
export const endedWithLease = (dir: string): boolean => existsSync(noteOf(dir))

/** When before its end a lease is as good as over: then what runs under it has to begin to stop. */
export function leadMs({ leaseMs, stop }: Pick<Guarded, 'leaseMs' | 'stop'>): { soonMs: number; lastMs: number } {
  const lastMs = Math.min(leaseMs / 10, mostReserveMs)
  // However long a package asks for, most of a lease is for running.
  return { soonMs: lastMs + Math.min(stop.timeoutMs, leaseMs / 3), lastMs }
}

function argumentsOf(guarded: Guarded): string[] {
  const { runId, dir, mark, leaseFile, stop, unitId, apps } = guarded
  const { soonMs, lastMs } = leadMs(guarded)
  const ticks = (ms: number): string => String(Math.ceil(ms / 10))
  const lookSeconds = Math.min(Math.max(paced(lookMs), 50), lastMs / 4) / 1000
  const when = [ticks(soonMs), ticks(lastMs), lookSeconds.toFixed(2)]
  return [leaseFile, String(mark.pid), mark.startTicks, mark.bootId, stop.signal.slice(3), ...when, noteOf(dir), runId, unitId, apps]
}

function readMark(file: string): ProcessMark | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessMark
  } catch {
    return undefined
  }
}
