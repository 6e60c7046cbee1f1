import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { mountsIn } from './find-groups'
import { type GroupTree, treeOfV1, treeOfV2 } from './group-tree'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tengen-groups-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

/** What stands in each file of a group afterwards, whatever the kernel would make of it. */
function written(tree: GroupTree, name: string): Record<string, string> {
  const files = tree
    .folders(name)
    .flatMap((path) => readdirSync(path).map((file) => [file, readFileSync(join(path, file), 'utf8')] as const))
  return Object.fromEntries(files)
}

test('one size in the words of either version of control groups', () => {
  const v2 = treeOfV2(folder(), 'cgroup2')
  v2.make('unit-1')
  v2.setMemory('unit-1', 64)
  v2.setCpu('unit-1', 250)
  v2.setWeight('unit-1', 1000)
  v2.setPids('unit-1', 100)
  expect(written(v2, 'unit-1')).toEqual({
    'memory.max': '67108864',
    'memory.swap.max': '0',
    'cpu.max': '25000 100000',
    'cpu.weight': '40',
    'pids.max': '100',
  })
  v2.setMemory('unit-1', 0)
  v2.setCpu('unit-1', 0)
  expect(written(v2, 'unit-1')).toMatchObject({ 'memory.max': 'max', 'memory.swap.max': 'max', 'cpu.max': 'max 100000' })
  const root = folder()
  for (const name of ['memory', 'cpu']) mkdirSync(join(root, name))
  const v1 = treeOfV1({ memory: join(root, 'memory'), cpu: join(root, 'cpu'), pids: null, cpuacct: join(root, 'cpu') }, 'all')
  v1.make('unit-1')
  writeFileSync(join(root, 'memory/all/unit-1/memory.limit_in_bytes'), '9223372036854771712')
  v1.setMemory('unit-1', 64)
  v1.setCpu('unit-1', 250)
  expect(written(v1, 'unit-1')).toMatchObject({ 'memory.limit_in_bytes': '67108864', 'cpu.cfs_quota_us': '25000' })
})

test('what a group has used: pages that the kernel gives back do not count', () => {
  const root = folder()
  const v2 = treeOfV2(root, 'cgroup2')
  v2.make('unit-1')
  const put = (name: string, text: string) => writeFileSync(join(root, 'unit-1', name), text)
  put('memory.current', '5000\n')
  put('memory.stat', 'anon 2000\ninactive_file 1500\n')
  put('cpu.stat', 'usage_usec 42000\nuser_usec 1\n')
  put('memory.events', 'oom 3\noom_kill 2\noom_group_kill 0\n')
  expect(v2.usage('unit-1')).toEqual({ cpuMs: 42, memoryBytes: 3500 })
  expect(v2.kills('unit-1')).toBe(2)
})

test('mounts of control groups among all others', () => {
  const lines = [
    '22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw',
    '31 24 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct',
    '36 24 0:32 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
    '',
  ]
  expect(mountsIn(lines.join('\n'))).toEqual([
    { path: '/sys/fs/cgroup/cpu,cpuacct', type: 'cgroup', controllers: ['rw', 'cpu', 'cpuacct'] },
    { path: '/sys/fs/cgroup/unified', type: 'cgroup2', controllers: ['rw'] },
  ])
})
