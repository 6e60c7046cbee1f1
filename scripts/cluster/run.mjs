import { execFile, spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { writeCard } from './places.mjs'

/** Plain Node: runs programs once, and keeps the ones of a cluster. Always by argument lists, never through a shell. */

const promised = promisify(execFile)

/** What it printed; a failure says what was run and what it said. */
export async function run(program, args, options = {}) {
  try {
    return (await promised(program, args, { maxBuffer: 64 * 1024 * 1024, ...options })).stdout
  } catch (error) {
    throw new Error(`${path.basename(program)} ${args.join(' ')}: ${String(error.stderr || error.message).trim()}`)
  }
}

/** The same for what may have gone already. */
export const tryRun = (program, args) => run(program, args).catch(() => '')

/** Like `run`, with text on standard input. */
export function feed(program, args, text) {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, (error, out, said) =>
      error ? reject(new Error(`${path.basename(program)}: ${said}`)) : resolve(out),
    )
    child.stdin.end(text)
  })
}

/** Not `ip netns exec`: that mounts /sys anew and hides the cgroups from containerd and kubelet. */
export const inside = ({ namespace }, program, args) => ['nsenter', [`--net=/run/netns/${namespace}`, program, ...args]]

export const isAlive = (pid) => {
  try {
    // A process that ended and was not waited for still has a number; until its last thread is gone, it still holds its ports.
    const isOver = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].startsWith('Z')
    return !isOver || readdirSync(`/proc/${pid}/task`).length > 1
  } catch {
    return false
  }
}

/** Starts one of a cluster's programs and remembers how, so that it can be killed and started again. */
export function keep(card, name, argv = card.programs[name]?.argv, env = card.programs[name]?.env ?? {}) {
  if (!argv) throw new Error(`${card.name} has no program ${name}: ${Object.keys(card.programs).join(', ')}`)
  const log = openSync(path.join(card.folder, 'log', name), 'a')
  const [program, args] = inside(card, argv[0], argv.slice(1))
  const child = spawn(program, args, { cwd: card.folder, env: { ...process.env, ...env }, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  child.unref()
  card.programs[name] = { pid: child.pid, argv, env }
  writeCard(card)
}

const patienceMs = 3_000

export async function end(card, name, signal = 'SIGTERM') {
  const pid = card.programs[name]?.pid
  if (!pid || !isAlive(pid)) return
  process.kill(pid, signal)
  for (let waited = 0; isAlive(pid) && waited < patienceMs; waited += 50) await sleep(50)
  if (isAlive(pid)) process.kill(pid, 'SIGKILL')
}

/** Waiting for it is of no use any more. */
class Ended extends Error {}

/** Until `look` neither throws nor says false; else why it did not. */
export async function until(what, look, limitMs = 60_000) {
  const began = Date.now()
  for (let last = ''; ; await sleep(100)) {
    try {
      if ((await look()) !== false) return
    } catch (error) {
      if (error instanceof Ended) throw error
      last = error.message
    }
    if (Date.now() - began > limitMs) throw new Error(`${what} did not come within ${limitMs / 1000} s. ${last}`)
  }
}

const lastLines = (card, name) =>
  readFileSync(path.join(card.folder, 'log', name), 'utf8')
    .trim()
    .split('\n')
    .slice(-5)
    .join('\n')

/** A program that ended while others wait for it is named with its last lines. */
export function refuseDead(card) {
  const dead = Object.keys(card.programs).find((name) => !isAlive(card.programs[name].pid))
  if (dead) throw new Ended(`${dead} of ${card.name} ended:\n${lastLines(card, dead)}`)
}
