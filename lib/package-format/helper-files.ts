import type { ArchiveEntry } from './read-archive'

/** Small programs that a generated `tengen.yaml` names. They lie in the package like all others, so any agent can run them. */
export const inPackage = 'tengen/in-package.mjs'
export const needProgram = 'tengen/need-program.mjs'

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
