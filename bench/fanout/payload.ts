import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { packEntries } from '@/lib/package-format/pack-folder'
import type { ArchiveEntry } from '@/lib/package-format/read-archive'

/** Lines of the config file, once; each contender's template language gets its own placeholders. */
const lines = [
  '# generated',
  ['address', 'address'],
  ['port', 'port'],
  ['id', 'id'],
  'workers=2',
  'peers=198.18.1.1,198.18.1.2,198.18.1.3',
  'level=info',
] as const

/** The template with a contender's way of naming address, port and id. */
export const templateFor = (place: (name: 'address' | 'port' | 'id') => string): string =>
  `${lines.map((line) => (typeof line === 'string' ? line : `${line[0]}=${place(line[1])}`)).join('\n')}\n`

const manifest = (version: string) => `tengen: 1
name: bench-service
version: ${version}
title: Bench service
runtimes: [machine]
config:
  type: object
  additionalProperties: false
  properties:
    level: { type: string, default: info, x-apply: live }
components:
  - name: main
    ports: [{ name: http, default: 8080 }]
    templates: [{ from: templates/app.conf, to: app.conf, render: hub }]
    process: { command: [bin/service, app.conf] }
    hooks:
      check: { run: [bin/service, --check], timeout: 5s, every: 10s, failures: 3 }
`

/** Bytes that do not compress, the same in every run. */
function noise(length: number, seed: string): Buffer {
  const parts: Buffer[] = []
  for (let i = 0; i * 64 < length; i++) parts.push(createHash('sha512').update(`${seed}/${i}`).digest())
  return Buffer.concat(parts).subarray(0, length)
}

const numbers = Buffer.from(Array.from({ length: 3000 }, (_, i) => `${i + 1}\n`).join(''))

export function compileService(folder: string): Buffer {
  const program = path.join(folder, 'service')
  execFileSync('gcc', ['-O2', '-s', '-o', program, path.join(import.meta.dirname, 'service.c')])
  return readFileSync(program)
}

/** 34 files, some 200 KB packed, 0.5 MB unpacked. Each version differs, so that no cache can answer for it. */
export function entriesOf(version: string, service: Buffer): ArchiveEntry[] {
  const file = (name: string, bytes: Buffer, executable = false): ArchiveEntry => ({ kind: 'file', path: name, executable, bytes })
  const template = templateFor((name) => (name === 'port' ? '{{ ports.http }}' : name === 'id' ? '{{ unit.machine }}' : '{{ address }}'))
  return [
    file('tengen.yaml', Buffer.from(manifest(version))),
    file('templates/app.conf', Buffer.from(`${template}config={{ config.level }}\n`)),
    file('bin/service', service, true),
    ...Array.from({ length: 12 }, (_, i) => file(`lib/mod${i}.bin`, noise(14_500, `${version}/${i}`))),
    ...Array.from({ length: 19 }, (_, i) => file(`lib/data${i}.txt`, numbers)),
  ]
}

/** The same bytes that agents fetch, for those who copy them. */
export async function writeArchive(folder: string, version: string, service: Buffer): Promise<{ file: string; bytes: number }> {
  const archive = await packEntries(entriesOf(version, service))
  const file = path.join(folder, 'package.tgz')
  writeFileSync(file, archive)
  return { file, bytes: archive.length }
}
