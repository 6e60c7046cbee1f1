import { spawnSync } from 'node:child_process'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

/** Plain Node: processes told apart from later ones that got the same number, and files that one process at a time may hold. */

/**
 * @typedef {object} ProcessMark
 * @property {number} pid
 * @property {string} started
 */

/** When a process started, in the kernel's own count; undefined when there is none (a zombie is none). */
function startOf(pid) {
  try {
    if (process.platform !== 'linux')
      return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim() || undefined
    // The name in parentheses may hold spaces and parentheses; the fields after the last one are fixed.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()?.split(' ') ?? []
    return fields[0] === 'Z' ? undefined : `${fields[19]}@${bootId()}`
  } catch {
    return undefined
  }
}

const bootId = () => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

/** @type {(pid: number) => ProcessMark} */
export const markOf = (pid) => ({ pid, started: startOf(pid) ?? '' })

/** @type {(mark: ProcessMark) => boolean} */
export const isAlive = ({ pid, started }) => Boolean(started) && startOf(pid) === started

/**
 * Takes a file for this process: undefined when it is ours, else the mark of the live process that holds it. The file appears with its
 * content or not at all (a link), so nobody can mistake a fresh one for a stale one.
 * @type {(file: string) => ProcessMark | undefined}
 */
export function takeFile(file) {
  const mine = `${file}.${process.pid}`
  writeFileSync(mine, JSON.stringify(markOf(process.pid)), { mode: 0o600 })
  try {
    for (;;) {
      try {
        linkSync(mine, file)
        return undefined
      } catch (error) {
        if (error.code !== 'EEXIST') throw error
      }
      const holder = holderOf(file)
      if (holder) return holder
      // Left behind by a process that was killed, perhaps before the machine started anew.
      rmSync(file, { force: true })
    }
  } finally {
    rmSync(mine, { force: true })
  }
}

/** The live process that holds a file; one that is empty or from an older Tengen is held by nobody. */
function holderOf(file) {
  try {
    const mark = JSON.parse(readFileSync(file, 'utf8'))
    return isAlive(mark) ? mark : undefined
  } catch {
    return undefined
  }
}
