import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { existsSync, readlinkSync } from 'node:fs'
import { AgentFailure } from './failure'
import type { RunUser } from './holder'
import { childrenOf } from './procfs'

const firstOf = (paths: readonly string[]): string | undefined => paths.find((path) => existsSync(path))
const script = firstOf(['/usr/bin/script', '/bin/script'])
const stty = firstOf(['/usr/bin/stty', '/bin/stty'])

type Surroundings = { cwd: string; env: Record<string, string>; user: RunUser | undefined }

/**
 * util-linux's `script` holds the pseudo terminal, so that the agent needs no native code. Its words are constant: which shell, it
 * asks the machine; nothing that a person typed is part of a command. No file of the machine has a say in its prompt, `web/0 $ `.
 */
export function spawnShell(unit: string, { cwd, env, user }: Surroundings): ChildProcessWithoutNullStreams {
  if (!script) throw new AgentFailure('no_terminal', 'This machine has no script program (util-linux), which holds terminals.')
  const words = existsSync('/bin/bash') ? 'exec /bin/bash --norc -i' : 'exec /bin/sh -i'
  const all = { ...env, SHELL: '/bin/sh', TERM: 'xterm-256color', HISTFILE: '', PS1: `${unit} $ ` }
  return spawn(script, ['-q', '-e', '-f', '-E', 'always', '-c', words, '/dev/null'], { cwd, env: all as never, detached: true, ...user })
}

/** One command without a shell, found by the unit's own PATH. */
export function spawnCommand([program = '', ...rest]: readonly string[], { cwd, env, user }: Surroundings): ChildProcessWithoutNullStreams {
  const child = spawn(program, rest, { cwd, env: env as never, detached: true, ...user })
  child.stdin.end()
  return child
}

/** The size of the terminal that this `script` holds; its programs are told by a signal. False while it holds none yet. */
export function resize(scriptPid: number, cols: number, rows: number): boolean {
  const [shell] = childrenOf(scriptPid)
  const tty = shell === undefined ? '' : linkOf(`/proc/${shell}/fd/0`)
  if (!/^\/dev\/pts\/\d+$/.test(tty)) return false
  if (stty) execFile(stty, ['-F', tty, 'rows', String(rows), 'cols', String(cols)], () => undefined)
  return true
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
