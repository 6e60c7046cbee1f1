import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CommandEntry } from '@/lib/protocol/command'
import type { DesiredSet } from '@/lib/protocol/desired'
import { DesiredStore } from './desired-store'

const command = (taskId: string): CommandEntry => ({
  argv: ['true'],
  script: null,
  timeoutMs: 1000,
  cause: { recordId: 'r', taskId, attempt: 1 },
  unitId: null,
  wanted: 'run',
})
const set = (revision: number, ...taskIds: string[]): DesiredSet => ({
  machineId: 'm',
  session: 's',
  era: 1,
  revision,
  full: revision === 1,
  notAfterMs: 1000,
  entries: [],
  packages: [],
  secrets: {},
  commands: taskIds.map(command),
})

test('a set that comes while ended commands are forgotten is not lost', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'tengen-desired-')), 'desired.json')
  const store = await DesiredStore.load(file)
  await store.accept(set(1, 'ended'))
  const all = await Promise.all([
    store.forgetCommands(({ cause }) => cause.taskId === 'ended'),
    store.accept(set(2, 'new')),
    store.meetHub(1, 2),
    store.accept(set(3, 'newer')),
  ])
  expect(all).toEqual([undefined, 'accepted', undefined, 'accepted'])
  await store.keep()
  for (const { current } of [store, await DesiredStore.load(file)]) {
    expect(current.revision).toBe(3)
    expect(current.commands?.map(({ cause }) => cause.taskId)).toEqual(['new', 'newer'])
  }
})

test('commands alone are written later, and what else is wanted at once', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'tengen-desired-')), 'desired.json')
  const store = await DesiredStore.load(file)
  const onDisk = async () => (await DesiredStore.load(file)).current.revision
  await store.accept(set(1))
  await store.accept(set(2, 'one'))
  expect([store.current.revision, await onDisk()]).toEqual([2, 1])
  await store.accept({ ...set(3), packages: [{ digest: 'd', sizeBytes: 1, cause: null }] })
  expect(await onDisk()).toBe(3)
  await store.accept(set(4, 'two'))
  await store.forgetCommands(() => false)
  expect((await DesiredStore.load(file)).current.commands?.map(({ cause }) => cause.taskId)).toEqual(['one', 'two'])
})
