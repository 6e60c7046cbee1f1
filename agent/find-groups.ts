import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GroupTree, keeperGroup, removeGroup, treeOfV1, treeOfV2 } from './group-tree'

export type Found = { tree: GroupTree } | { whyNot: string }
type Mount = { path: string; type: string; controllers: string[] }

const needed = ['memory', 'cpu', 'pids']

/** Where this machine lets its agent hold units to their size. The same home finds the same groups again. */
export function findGroups(home: string): Found {
  const name = `tengen-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`
  try {
    return lookAt(mountsIn(readFileSync('/proc/self/mountinfo', 'utf8')), name)
  } catch (error) {
    return { whyNot: `Groups of processes cannot be made: ${error instanceof Error ? error.message : error}.` }
  }
}

function lookAt(mounts: readonly Mount[], name: string): Found {
  const unified = mounts.find(({ type, path }) => type === 'cgroup2' && needed.every((one) => controllersOf(path).includes(one)))
  if (unified) return { tree: existsSync('/run/systemd/system') ? scopeOfSystemd(unified.path, name) : treeBelow(unified.path, name) }
  const mountOf = (controller: string) => mounts.find(({ controllers }) => controllers.includes(controller))?.path ?? null
  const [memory, cpu] = [mountOf('memory'), mountOf('cpu')]
  if (!memory || !cpu) return { whyNot: 'The kernel offers no control groups for memory and CPU here.' }
  const tree = treeOfV1({ memory, cpu, pids: mountOf('pids'), cpuacct: mountOf('cpuacct') }, name)
  insistWritable(tree)
  return { tree }
}

/**
 * Making a group of some size, entering and removing it tells more than any mode of a folder: a process enters only where its own
 * group and the new one lie below a folder of ours, which an agent of a plain user in an SSH session does not.
 */
function insistWritable(tree: GroupTree): void {
  tree.make('look')
  tree.setPids('look', 1000)
  tree.setMemory('look', 1000)
  tree.setWeight('look', 1000)
  tree.setCpu('look', 1000)
  const enters = canEnter(tree, 'look')
  if (!removeGroup(tree, 'look')) throw new Error('a group cannot be removed again')
  if (!enters) throw new Error('what this agent starts may not enter them; run it as a service of the system, or of systemctl --user')
}

/** A process that enters and ends; it is over, and the group empty, when this returns. */
function canEnter(tree: GroupTree, name: string): boolean {
  const files = tree.folders(name).map((folder) => join(folder, 'cgroup.procs'))
  const script = 'for file in "$@"; do echo $$ >"$file" || exit 1; done'
  return spawnSync('/bin/sh', ['-c', script, 'enter', ...files], { stdio: 'ignore' }).status === 0
}

function treeBelow(mount: string, name: string): GroupTree {
  switchOn(mount)
  const root = join(mount, name)
  mkdirSync(root, { recursive: true })
  switchOn(root)
  const tree = treeOfV2(root, 'cgroup2')
  insistWritable(tree)
  return tree
}

/** systemd writes its own tree alone; a scope with `Delegate` is a part of it that it leaves to us, whatever becomes of the agent. */
function scopeOfSystemd(mount: string, name: string): GroupTree {
  const own = process.getuid?.() === 0 ? [] : ['--user']
  const pathOf = () =>
    execFileSync('systemctl', [...own, 'show', '--property=ControlGroup', '--value', `${name}.scope`], { encoding: 'utf8' }).trim()
  const root = pathOf() ? join(mount, pathOf()) : beginScope(mount, name, { own, pathOf })
  const tree = treeOfV2(root, 'systemd')
  insistWritable(tree)
  return tree
}

function beginScope(mount: string, name: string, { own, pathOf }: { own: string[]; pathOf: () => string }): string {
  const words = [...own, '--scope', '--quiet', `--unit=${name}`, '--property=Delegate=yes', '/bin/sleep', 'infinity']
  const keeper = spawn('systemd-run', words, { detached: true, stdio: 'ignore' })
  keeper.on('error', () => undefined)
  keeper.unref()
  const end = performance.now() + 5_000
  while (!pathOf() && performance.now() < end) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
  if (!pathOf() || keeper.pid === undefined) throw new Error('systemd gave no scope')
  const root = join(mount, pathOf())
  // Where groups lie, no process may lie beside them.
  mkdirSync(join(root, keeperGroup), { recursive: true })
  for (const pid of readFileSync(join(root, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)) {
    writeFileSync(join(root, keeperGroup, 'cgroup.procs'), pid)
  }
  switchOn(root)
  return root
}

function switchOn(folder: string): void {
  const on = readFileSync(join(folder, 'cgroup.subtree_control'), 'utf8').trim().split(' ')
  const missing = needed.filter((one) => !on.includes(one))
  if (missing.length > 0) writeFileSync(join(folder, 'cgroup.subtree_control'), missing.map((one) => `+${one}`).join(' '))
}

function controllersOf(mount: string): string[] {
  try {
    return readFileSync(join(mount, 'cgroup.controllers'), 'utf8').trim().split(' ')
  } catch {
    return []
  }
}

/** Fields of proc(5): the mount point is the fifth; after a lone dash come the type, the source and the options. */
export function mountsIn(mountinfo: string): Mount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ')
    const path = before.split(' ')[4]
    const [type = '', , options = ''] = after.split(' ')
    return path && (type === 'cgroup' || type === 'cgroup2') ? [{ path, type, controllers: options.split(',') }] : []
  })
}
