import { gzipSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import { ArchiveRefusal } from '@/lib/protocol/archive-rules'
import { readArchive } from './read-archive'
import { validatePackage } from './validate-package'

async function tarGz(...items: [Partial<Header> & { name: string }, string?][]): Promise<Buffer> {
  const tar = pack()
  const chunks: Buffer[] = []
  const collecting = (async () => {
    for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk)
  })()
  for (const [header, body] of items) tar.entry(header as Header, body ?? '')
  tar.finalize()
  await collecting
  return gzipSync(Buffer.concat(chunks))
}

/** A zip with stored (uncompressed) entries, written by hand so that it can also say what no tool would write. */
function zip(...items: { name: string; body?: string; mode?: number }[]): Buffer {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const { name, body = '', mode = 0o100644 } of items) {
    const crc = crc32(Buffer.from(body))
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(20, 4)
    local.writeUInt32LE(crc, 14)
    local.writeUInt32LE(body.length, 18)
    local.writeUInt32LE(body.length, 22)
    local.writeUInt16LE(name.length, 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE((3 << 8) | 20, 4)
    central.writeUInt16LE(20, 6)
    central.writeUInt32LE(crc, 16)
    central.writeUInt32LE(body.length, 20)
    central.writeUInt32LE(body.length, 24)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt32LE((mode << 16) >>> 0, 38)
    central.writeUInt32LE(offset, 42)
    locals.push(local, Buffer.from(name), Buffer.from(body))
    centrals.push(central, Buffer.from(name))
    offset += 30 + name.length + body.length
  }
  const directory = Buffer.concat(centrals)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(items.length, 8)
  end.writeUInt16LE(items.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}

function crc32(bytes: Buffer): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

const ruleOf = async (archive: Buffer | Promise<Buffer>): Promise<string> => {
  try {
    await readArchive(await archive)
    return 'admitted'
  } catch (error) {
    if (error instanceof ArchiveRefusal) return error.rule
    throw error
  }
}

describe('what an archive may hold', () => {
  test('tar.gz and zip give the same entries', async () => {
    const fromTar = await readArchive(
      await tarGz([{ name: './bin/', type: 'directory' }], [{ name: './bin/run', mode: 0o755 }, 'x'], [{ name: 'a' }, 'y']),
    )
    const fromZip = await readArchive(
      zip({ name: 'bin/', mode: 0o40755 }, { name: 'bin/run', body: 'x', mode: 0o100755 }, { name: 'a', body: 'y' }),
    )
    expect(fromTar).toEqual(fromZip)
    expect(fromTar.map(({ path }) => path)).toEqual(['bin/run', 'a'])
  })
  test('a link inside is kept', async () => {
    expect(await readArchive(await tarGz([{ name: 'a' }, 'x'], [{ name: 'b', type: 'symlink', linkname: './a' }]))).toContainEqual({
      kind: 'symlink',
      path: 'b',
      target: './a',
    })
  })
  test.each([
    ['absolute_path', tarGz([{ name: '/etc/passwd' }, 'x'])],
    ['parent_path', tarGz([{ name: 'a/../../b' }, 'x'])],
    ['link', tarGz([{ name: 'a', type: 'symlink', linkname: '/etc' }])],
    ['link', tarGz([{ name: 'a/b', type: 'symlink', linkname: '../../x' }])],
    ['link', tarGz([{ name: 'a', type: 'link', linkname: 'not-there' }])],
    ['detour', tarGz([{ name: 'a', type: 'symlink', linkname: 'b' }], [{ name: 'a/x' }, 'x'])],
    ['device', tarGz([{ name: 'a', type: 'character-device', devmajor: 1, devminor: 3 }])],
    ['device', tarGz([{ name: 'a', type: 'fifo' }])],
    ['duplicate', tarGz([{ name: 'a' }, 'x'], [{ name: './a' }, 'y'])],
    ['characters', tarGz([{ name: 'a\\b' }, 'x'])],
    ['entries', tarGz(...Array.from({ length: 10_001 }, (_, i): [{ name: string }] => [{ name: `f${i}` }]))],
    ['size', tarGz([{ name: 'zeros', size: 257 * 1024 * 1024 }, '\0'.repeat(257 * 1024 * 1024)])],
    ['format', Promise.resolve(Buffer.from('hello'))],
    ['damaged', Promise.resolve(Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]))],
    ['link', Promise.resolve(zip({ name: 'a', body: '../../etc/passwd', mode: 0o120777 }))],
    ['device', Promise.resolve(zip({ name: 'a', mode: 0o020644 }))],
    ['damaged', Promise.resolve(zip({ name: '../a', body: 'x' }))],
  ])('refuses by rule %s', async (rule, archive) => expect(await ruleOf(archive)).toBe(rule))
})

describe('a package that is wrong says file, line and rule', () => {
  const check = async (manifest: string) =>
    validatePackage(
      await readArchive(await tarGz([{ name: 'tengen.yaml' }, manifest], [{ name: 'run' }, ''], [{ name: 't.tmpl' }, 'a\n{% if %}'])),
    ).findings.map(({ file, line, rule, message }) => `${file}:${line} ${rule} ${message}`)
  const start = 'tengen: 1\nname: demo\nversion: 1.0.0\ntitle: Demo\n'
  test('YAML that does not parse', async () =>
    expect(await check('tengen: 1\nname: [a\n')).toEqual([expect.stringMatching(/^tengen\.yaml:\d+ yaml /)]))
  test('unknown key', async () =>
    expect(await check(`${start}components:\n  - name: main\n    procces: {}\n    process: { command: [/bin/true] }\n`)).toEqual([
      'tengen.yaml:7 unknown_key components.0.procces: is not a known key',
    ]))
  test('files that are missing or cannot be run, templates that do not parse, a pattern that does not compile', async () => {
    const manifest = `${start}config:\n  type: object\n  properties:\n    a:\n      type: string\n      pattern: '(?<x'\ncomponents:\n  - name: main\n    templates:\n      - { from: t.tmpl, to: t }\n      - { from: none, to: n }\n    process:\n      command: [./../run]\n`
    expect(await check(manifest)).toEqual(['tengen.yaml:17 manifest components.0.process.command.0: the path must stay inside the package'])
    expect(await check(manifest.replace('./../run', 'bin/run'))).toEqual([
      expect.stringMatching(/^tengen\.yaml:10 config_pattern /),
      'tengen.yaml:15 file_missing components.0.templates.1.from: there is no file none',
      'tengen.yaml:17 file_missing components.0.process.command: there is no file bin/run',
      expect.stringMatching(/^t\.tmpl:2 template /),
    ])
  })
  test('no manifest at the top', async () =>
    expect(validatePackage(await readArchive(await tarGz([{ name: 'x/tengen.yaml' }, start]))).findings[0]?.message).toContain(
      'x/tengen.yaml',
    ))
})
