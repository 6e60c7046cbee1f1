import fc from 'fast-check'
import { Liquid } from 'liquidjs'
import { describe, expect, test } from 'vitest'
import { OwnProgram } from '@/lib/protocol/own-program'
import { detectProgram } from './detect-program'
import { packageOfProgram, programFiles } from './program-entries'
import type { ArchiveEntry } from './read-archive'
import { packageNameFrom, suggestProgram } from './suggest-program'
import { validatePackage } from './validate-package'
import { writeManifest } from './write-manifest'

const file = (path: string, text = '', executable = false): ArchiveEntry => ({ kind: 'file', path, executable, bytes: Buffer.from(text) })
const program = (change: Partial<OwnProgram> = {}): OwnProgram =>
  OwnProgram.parse({ name: 'mine', version: '1.0.0', title: 'Mine', command: ['/bin/true'], folder: 'unit', ...change })
const manifestOf = (answers: OwnProgram, files: ArchiveEntry[] = []) => validatePackage(packageOfProgram(files, writeManifest(answers)))

describe('what is typed is data', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('{{ config.A }}', '{% raw %}', '"\n  - x: y', '# a', '⟦x', '*a', '&a b', '!!js x', '- a\n- b', '~', 'yes'),
  )
  const clean = text.filter((one) => one.length > 0 && !one.includes('\0'))

  test('title, words and defaults come out of the written manifest as they went in, whatever they hold', () => {
    fc.assert(
      fc.property(clean, fc.array(clean, { maxLength: 4 }), text, (title, words, given) => {
        fc.pre(title.trim() !== '')
        const answers = program({
          title,
          command: ['/bin/true', ...words],
          variables: [{ name: 'A', default: given, isSecret: false, isRequired: false }],
        })
        const { manifest, findings } = manifestOf(answers)
        expect(findings).toEqual([])
        expect(manifest?.title).toBe(title.trim())
        expect(manifest?.components[0]?.process).toMatchObject({ command: ['/bin/true', ...words], arguments: [] })
        expect(manifest?.config.properties).toMatchObject({ A: { default: given } })
        expect(manifest?.components[0]?.env).toEqual({ A: '{{ config.A }}' })
      }),
    )
  })

  test('ports and the address are told in words of the command, and all else in them stays as it is', () => {
    const places = fc.constantFrom('{{ ports.http }}', '{{ports.http}}', '{{ address }}')
    const words = fc.array(fc.array(fc.oneof(places, clean), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 })
    const isKnown = (word: string) => !/\{\{\s*ports\.(?!http\s*\}\})/.test(word)
    const filled = (word: string) => word.replace(/\{\{\s*ports\.http\s*\}\}/g, '4711').replace(/\{\{\s*address\s*\}\}/g, '10.0.0.1')
    const [liquid, scope] = [new Liquid(), { ports: { http: 4711 }, address: '10.0.0.1' }]
    fc.assert(
      fc.property(words, (pieces) => {
        const all = pieces.map((piece) => piece.join(''))
        fc.pre(all.every((word) => isKnown(word) && !word.includes('⟦')))
        const ports = [{ name: 'http', default: 8080, variable: null, option: '--port' }]
        const { manifest, findings } = manifestOf(program({ command: ['/bin/true', ...all], ports }))
        expect(findings).toEqual([])
        const { command = [], arguments: told = [] } = manifest?.components[0]?.process ?? {}
        const run = [...command, ...told.map((text) => liquid.parseAndRenderSync(text, scope))]
        expect(run).toEqual(['/bin/true', ...all.map(filled), '--port', '4711'])
      }),
    )
  })

  test.each([
    [{ command: ['/opt/{{ address }}'] }, 'command'],
    [{ command: ['node', 'x{{ ports.http }}.js'] }, 'command'],
    [{ command: ['/bin/true', '{{ ports.none }}'] }, 'command'],
    [{ command: ['server'] }, 'command'],
    [{ command: ['../x'] }, 'command'],
    [{ command: ['/opt/A=1/x'] }, 'command'],
    [{ command: ['node', '/etc/x.js'] }, 'command'],
    [{ ports: [{ name: 'http', default: 1, variable: 'TENGEN_X', option: null }] }, 'ports.0.variable'],
    [{ ports: [{ name: 'http', default: 1, variable: null, option: '--p {{ config.A }}' }] }, 'ports.0.option'],
    [{ variables: [{ name: 'A }} x', default: null, isSecret: false, isRequired: false }] }, 'variables.0.name'],
    [{ check: { kind: 'http', port: 'http', path: '/a b', status: null } }, 'check.path'],
  ])('%j is refused at its place', (change, place) => {
    const { error } = OwnProgram.safeParse({ ...program(), ...change })
    expect(error?.issues.map(({ path }) => path.join('.'))).toContain(place)
  })
})

describe('a folder', () => {
  test('that was packed with the folder around it is taken without it, and without what stays behind', () => {
    const files = programFiles([
      file('app/main.py'),
      file('app/.env', 'A=1'),
      file('__MACOSX/app/._main.py'),
      file('app/x.log'),
      file('app/.tengenignore', '*.log'),
    ])
    expect(files.map(({ path }) => path)).toEqual(['main.py'])
  })

  test('says what it is: start script first, through node_modules too, and what its author wrote down for others', () => {
    const found = detectProgram([
      file('package.json', '{"name":"web","version":"3.0.0","scripts":{"start":"next start -p 80"},"dependencies":{"next":"1"}}'),
      file('node_modules/next/package.json', '{"bin":{"next":"./dist/bin/next"}}'),
      file('node_modules/next/dist/bin/next'),
      file('server.js'),
      file('run', '\x7fELF'),
      file('lib.so', '\x7fELF'),
      file('.env.example', '# words\nLOG_LEVEL="info"\nexport API_TOKEN=\nPORT=3000\n'),
    ])
    expect(found.choices.map(({ command }) => command)).toEqual([
      ['node', 'node_modules/next/dist/bin/next', 'start', '-p', '80'],
      ['node', 'server.js'],
      ['./run'],
    ])
    expect(found.notes).toEqual([])
    expect(suggestProgram(found, 'x').variables).toEqual([
      { name: 'LOG_LEVEL', default: 'info', isSecret: false, isRequired: false },
      { name: 'API_TOKEN', default: null, isSecret: true, isRequired: false },
    ])
  })

  test.each([
    [
      [file('package.json', '{"scripts":{"start":"A=1 node x.js && y"},"dependencies":{"x":"1"}}')],
      ['shell_start', 'node_modules_missing', 'nothing_found'],
    ],
    [[file('main.py'), file('requirements.txt', 'a\n# b\nc==1')], ['requirements']],
    [[file('tool.exe', 'MZ')], ['foreign_binary', 'nothing_found']],
    [[file('package.json', 'no json')], ['nothing_found']],
  ])('warns of what will not work', (files, codes) => expect(detectProgram(files).notes.map(({ code }) => code)).toEqual(codes))

  test('without executable bits runs all the same: what the manifest starts is made executable', () => {
    const files = [file('server', '\x7fELF'), file('other', '\x7fELF')]
    for (const folder of ['package', 'unit'] as const) {
      const entries = packageOfProgram(files, writeManifest(program({ command: ['./server'], folder })))
      expect(entries.filter((entry) => entry.kind === 'file' && entry.executable).map(({ path }) => path)).toEqual(['server'])
      expect(validatePackage(entries).findings).toEqual([])
    }
  })
})

test.each([
  ['My App v1.2.3.tar.gz', 'my-app'],
  ['@acme/shop-api', 'shop-api'],
  ['42.zip', 'my-program'],
  ['x'.repeat(60), 'x'.repeat(40)],
])('%s is called %s', (text, name) => expect(packageNameFrom(text)).toBe(name))
