import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readArchive } from '@/lib/package-format/read-archive'
import { validatePackage } from '@/lib/package-format/validate-package'
import { commandLine } from '@/scripts/build.mjs'

let root: string
let program: string
let count = 0

/** The command line as it is shipped: one file. */
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'tengen-cli-'))
  program = join(root, 'cli.mjs')
  const { entryPoints, ...options } = commandLine()
  await build({
    ...options,
    entryPoints: [entryPoints.cli],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
})
afterAll(() => rmSync(root, { recursive: true }))

function folderOf(files: Record<string, string>, name = `folder-${count++}`): string {
  const folder = join(root, name)
  mkdirSync(folder, { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text, { mode: path.startsWith('bin/') ? 0o755 : 0o644 })
  }
  return folder
}

function tengen(cwd: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { cwd, encoding: 'utf8' })
  return { status, stdout, stderr, json: () => JSON.parse(stdout) as Record<string, unknown> }
}

const packed = async (folder: string, file: string) => {
  const entries = await readArchive(readFileSync(join(folder, file)))
  return { paths: entries.map(({ path }) => path), ...validatePackage(entries) }
}

describe('init, lint and pack', () => {
  test.each([
    [
      'a Node program by its start script',
      { 'package.json': '{"name":"@acme/shop-api","version":"2.1.0","scripts":{"start":"node src/web.js --all"}}', 'src/web.js': '' },
      { name: 'shop-api', version: '2.1.0' },
      ['node', 'tengen/in-package.mjs', 'src/web.js', '--all'],
    ],
    [
      'a Python program',
      { 'main.py': '', 'requirements.txt': 'flask\n' },
      { version: '1.0.0' },
      ['/usr/bin/env', '--chdir=current', '/usr/bin/python3', 'main.py'],
    ],
    ['something executable', { 'bin/serve': '#!/bin/sh\n' }, {}, ['/usr/bin/env', '--chdir=current', './bin/serve']],
  ])('%s becomes a package without a word more', async (_, files, manifest, command) => {
    const folder = folderOf(files)
    expect(tengen(folder, 'package', 'init').status).toBe(0)
    const { file } = tengen(folder, 'package', 'pack', '--out', 'out.tgz', '--json').json()
    const found = await packed(folder, 'out.tgz')
    expect(file).toBe(join(folder, 'out.tgz'))
    expect(found).toMatchObject({ findings: [], manifest })
    expect(found.manifest?.components[0]?.process?.command).toEqual(command)
    expect(found.manifest?.components[0]?.env.PORT).toBe('{{ ports.http }}')
  })

  test('a command line of the machine, with a check by HTTP; lint says what nothing runs yet', () => {
    const folder = folderOf({})
    expect(
      tengen(folder, 'package', 'init', '--command', '/usr/sbin/nginx -g "daemon off;"', '--check', '/health', '--name', 'edge').status,
    ).toBe(0)
    const text = readFileSync(join(folder, 'tengen.yaml'), 'utf8')
    expect(text).toContain('[ /usr/sbin/nginx, -g, daemon off; ]')
    expect(text).toContain('path: /health')
    const backup = text.replace(/^( +)hooks:\n/m, (line, indent) => `${line}${indent}  backup: { run: [/bin/true] }\n`)
    writeFileSync(join(folder, 'tengen.yaml'), backup)
    expect(tengen(folder, 'package', 'lint')).toMatchObject({ status: 0, stdout: expect.stringContaining('Not run yet: backup.') })
  })

  test('init writes over nothing unasked, and says what it could not do', () => {
    const folder = folderOf({ 'tengen.yaml': 'mine', 'main.py': '' })
    expect(tengen(folder, 'package', 'init')).toMatchObject({ status: 1, stdout: expect.stringContaining('--force') })
    expect(readFileSync(join(folder, 'tengen.yaml'), 'utf8')).toBe('mine')
    expect(tengen(folder, 'package', 'init', '--force').status).toBe(0)
    expect(tengen(folderOf({ 'notes.txt': '' }), 'package', 'init', '--json')).toMatchObject({ status: 1 })
    expect(tengen(folderOf({ 'main.py': '' }), 'package', 'init', '--command', 'a && b')).toMatchObject({ status: 2 })
  })

  test('lint tells file, line and rule, and its exit code says so', () => {
    const folder = folderOf({
      'tengen.yaml':
        'tengen: 1\nname: x1\nversion: one\ntitle: X\ncomponents:\n  - name: main\n    env: { A: "{{ config.none }}" }\n    process: { command: [bin/x] }\n',
    })
    expect(tengen(folder, 'package', 'lint')).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^tengen\.yaml:3 manifest_\w+ version: /),
    })
    writeFileSync(join(folder, 'tengen.yaml'), readFileSync(join(folder, 'tengen.yaml'), 'utf8').replace('one', '1.0.0'))
    const { json, status } = tengen(folder, 'package', 'lint', '--json')
    expect(status).toBe(1)
    expect(json()).toMatchObject({
      ok: false,
      findings: [
        { line: 8, rule: 'file_missing' },
        { line: 7, rule: 'template', message: expect.stringContaining('config has no field none') },
      ],
    })
    expect(tengen(folder, 'package', 'pack')).toMatchObject({ status: 1 })
  })
})

describe('an archive', () => {
  const files = { 'main.py': 'print(1)', '.env': 'PASSWORD=x', 'log/a.log': 'x', '.tengenignore': '*.log\n', 'my-tool-0.9.0.tar.gz': 'old' }

  test('has the same digest whoever packs it and whenever, and leaves out what is to stay', async () => {
    const one = folderOf(files, 'one/my-tool')
    const two = folderOf(Object.fromEntries(Object.entries(files).reverse()), 'two/my-tool')
    utimesSync(join(two, 'main.py'), 1, 1)
    const digests = [one, two, two].map((folder) => {
      tengen(folder, 'package', 'init', '--force')
      return tengen(folder, 'package', 'pack', '--json').json().digest
    })
    expect(new Set(digests).size).toBe(1)
    expect((await packed(one, 'my-tool-1.0.0.tar.gz')).paths).toEqual(['main.py', 'tengen.yaml', 'tengen/need-program.mjs'])
  })

  test('is not made of what the hub would refuse', () => {
    const folder = folderOf({ 'main.py': '', 'a\\b': '' })
    tengen(folder, 'package', 'init')
    expect(tengen(folder, 'package', 'pack')).toMatchObject({ status: 1, stdout: expect.stringContaining(' characters ') })
  })
})

test.each([
  [[], 0, 'tengen package pack'],
  [['package', 'pack', '-h'], 0, 'same digest'],
  [['package', 'fly'], 2, ''],
  [['package', 'lint', '/not/there'], 2, ''],
] as const)('tengen %j answers %i', (words, status, stdout) => {
  expect(tengen(root, ...words)).toMatchObject({ status, stdout: expect.stringContaining(stdout) })
})

test('completion offers verbs, the second words of those that have any, and their options', () => {
  const complete = (...words: string[]) => {
    const script =
      'eval "$("$1" "$2" completion bash)"; shift 2; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tengen; echo "${COMPREPLY[*]}"'
    return spawnSync('bash', ['-c', script, 'bash', process.execPath, program, 'tengen', ...words], { encoding: 'utf8' }).stdout.trim()
  }
  expect(complete('dep')).toBe('deploy deploys')
  expect(complete('package', 'p')).toBe('pack publish')
  expect(complete('logs', '--f')).toBe('--follow')
  for (const shell of ['zsh', 'fish']) expect(tengen(root, 'completion', shell).stdout).toContain('rollback')
  expect(tengen(root, 'completion', 'cmd')).toMatchObject({ status: 2, stderr: expect.stringContaining('bash, zsh, fish') })
})
