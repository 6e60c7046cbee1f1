import { expect, test } from 'vitest'
import { DataRefusal, DataSum, modeOf, type Noted, OpenFolders, refuseLink, refusePath } from './data-rules'

const folders = ['data', 'var/log']

test('a path stays inside the folders of data, whatever its name', () => {
  for (const path of ['data', 'data/x', 'var/log/a b/ü%\n', 'data/..x/.y']) expect(() => refusePath(path, folders)).not.toThrow()
  for (const path of [
    '',
    '/data',
    'data/',
    'data//x',
    'data/../x',
    'data/.',
    'var',
    'database/x',
    'data/\0',
    'data/\ufffd',
    `data/${'x'.repeat(4000)}`,
  ])
    expect(() => refusePath(path, folders)).toThrow(DataRefusal)
})

test('a link leads to data of the unit or is refused', () => {
  for (const [path, target] of [
    ['data/a', 'b'],
    ['data/a', '.'],
    ['data/x/a', '../b/./c'],
    ['data/a', '../var/log/b'],
  ] as const)
    expect(() => refuseLink(path, target, folders)).not.toThrow()
  for (const [path, target] of [
    ['data/a', '/etc/passwd'],
    ['data/a', ''],
    ['data/a', '..'],
    ['data/a', '../run/config.json'],
    ['data/a', '../../../x'],
    ['data/a', '../var'],
  ] as const)
    expect(() => refuseLink(path, target, folders)).toThrow(/leaves the data/)
})

test('nothing is written below what is no folder of the archive, or out of its order', () => {
  const open = new OpenFolders<{ path: string }>()
  open.refuseStray('data', folders)
  open.enter({ path: 'data' })
  open.refuseStray('data/a', folders)
  open.enter({ path: 'data/a' })
  expect(() => open.refuseStray('data/a/b/c', folders)).toThrow(/out of its order/)
  expect(open.leaveFor('data/a.txt')).toEqual([{ path: 'data/a' }])
  open.refuseStray('data/a.txt', folders)
  // A file or link that was just written is no folder.
  expect(() => open.refuseStray('data/a.txt/x', folders)).toThrow(/out of its order/)
  expect(open.leaveFor('var/log')).toEqual([{ path: 'data' }])
  expect(() => open.refuseStray('data/late', folders)).toThrow(/out of its order/)
  open.refuseStray('var/log', folders)
})

test('the sum of data tells every difference, and counts what is in files', () => {
  const file: Noted = { kind: 'file', path: 'data/a', mode: 0o640, seconds: 7, sizeBytes: 3, digest: 'd' }
  const sumOf = (...entries: Noted[]) => {
    const sum = new DataSum()
    for (const entry of entries) sum.add(entry)
    return sum.end()
  }
  expect(sumOf(file, { ...file, path: 'data/b' })).toMatchObject({ files: 2, bytes: 6 })
  const others: Noted[] = [
    { ...file, path: 'data/b' },
    { ...file, mode: 0o600 },
    { ...file, seconds: 8 },
    { ...file, digest: 'e' },
    { kind: 'link', path: 'data/a', target: 'd' },
    { kind: 'folder', path: 'data/a', mode: 0o640, seconds: 7 },
  ]
  expect(new Set([file, ...others].map((entry) => sumOf(entry).contents)).size).toBe(7)
})

test('whose it is may read it and change its folders; it runs as nobody else', () => {
  expect(modeOf('file', 0o106755)).toBe(0o755)
  expect(modeOf('file', 0)).toBe(0o400)
  expect(modeOf('folder', 0o43050)).toBe(0o3750)
})
