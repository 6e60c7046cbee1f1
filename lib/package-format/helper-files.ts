import type { ArchiveEntry } from './read-archive'

/** Small programs that a generated `tengen.yaml` names. They lie in the package like all others, so any agent can run them. */
export const inPackage = 'tengen/in-package.mjs'
export const needProgram = 'tengen/need-program.mjs'

export const yiqiuRunner = 'tengen/yiqiu.mjs'

const texts: Readonly<Record<string, string>> = {
  [inPackage]: `// Runs a Node program in the package's folder, as if it had been started there by hand.
import { Module } from 'node:module'
import { resolve } from 'node:path'
import process from 'node:process'

process.chdir(process.env.TENGEN_PACKAGE_DIR)
const [node, , script, ...words] = process.argv
process.argv = [node, resolve(script), ...words]
Module.runMain()
`,
  [yiqiuRunner]: `// Runs the hooks of a yiqiu package as its own agent did: in a copy of the package that may be written, with its variables.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import process from 'node:process'

const home = join(process.env.TENGEN_UNIT_DIR, 'yiqiu')
const program = join(home, 'program')
const copied = { recursive: true, force: true, verbatimSymlinks: true }

function makeWritable(path) {
  const stat = lstatSync(path)
  if (stat.isSymbolicLink()) return
  chmodSync(path, stat.mode | 0o200)
  if (stat.isDirectory()) for (const name of readdirSync(path)) makeWritable(join(path, name))
}

const verbs = {
  unpack() {
    mkdirSync(program, { recursive: true })
    cpSync(process.env.TENGEN_PACKAGE_DIR, program, copied)
    makeWritable(program)
  },
  put(path) {
    if (path !== '.') return cpSync(join(program, path), join(home, basename(path)), copied)
    for (const name of readdirSync(program)) cpSync(join(program, name), join(home, name), copied)
  },
  run(path) {
    console.log(\`run \${path}\`)
    const env = { ...process.env, YIQIU_PROGRAM_HOME: program, YIQIU_UNIT_HOME: home }
    const { status, signal, error } = spawnSync('/bin/bash', [path], { cwd: program, env, stdio: 'inherit' })
    if (error) console.error(\`/bin/bash cannot run \${path}: \${error.message}\`)
    if (status === 0) return
    if (signal) console.error(\`\${path} was ended by \${signal}\`)
    process.exit(status ?? 1)
  },
}

for (const word of process.argv.slice(2)) {
  const [verb, ...path] = word.split('=')
  verbs[verb](path.join('='))
}
`,
  [needProgram]: `// Ends well if the machine has a program that may be run; else says what to install.
import { accessSync, constants, statSync } from 'node:fs'
import process from 'node:process'

const [program, hint] = process.argv.slice(2)
try {
  accessSync(program, constants.X_OK)
  if (!statSync(program).isFile()) throw new Error('it is no file')
} catch (error) {
  console.error(\`\${program} cannot be run on this machine: \${error.code === 'ENOENT' ? 'it is not there' : error.message}.\`)
  console.error(hint)
  process.exit(1)
}
`,
}

/** Those that a manifest names and the package does not bring. */
export function helpersFor(manifest: string, paths: ReadonlySet<string>): ArchiveEntry[] {
  return Object.entries(texts).flatMap(([path, text]) =>
    manifest.includes(path) && !paths.has(path) ? [{ kind: 'file' as const, path, executable: false, bytes: Buffer.from(text) }] : [],
  )
}
