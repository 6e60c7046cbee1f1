import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { programFile, programsFolder } from './cluster/places.mjs'
import { run } from './cluster/run.mjs'

/** Plain Node: builds Gitea from the Go module proxy, once for all clones; minutes from nothing, nothing when it is there. */

/** The newest whose modules are all at the proxy. */
const version = '1.26.0'
const source = `code.gitea.io/gitea@v${version}`

export const giteaProgram = programFile(`gitea-${version}`)
/** Its pages and words, which it reads from a folder. */
export const giteaFiles = `${giteaProgram}.files`

const isThere = (program) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0
const isBuilt = () => existsSync(giteaProgram) && existsSync(giteaFiles)

/** Why there is none here, in one sentence; undefined = there is, or it can be built. */
export function whyNoGitea() {
  const missing = ['go', 'gcc', 'git'].filter((program) => !isThere(program))
  return isBuilt() || missing.length === 0 ? undefined : `Gitea is not built, and missing: ${missing.join(', ')}`
}

/** It replaces modules of others, so Go builds it in a folder of its own and not as a dependency. */
export async function buildGitea() {
  if (isBuilt()) return
  mkdirSync(programsFolder, { recursive: true })
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-gitea-'))
  try {
    const env = { ...process.env, GOFLAGS: '-buildvcs=false -mod=mod' }
    const { Dir } = JSON.parse(await run('go', ['mod', 'download', '-json', source], { cwd: folder, env }))
    cpSync(Dir, folder, { recursive: true })
    await run('chmod', ['-R', 'u+w', folder])
    const part = `${giteaProgram}.${process.pid}`
    const args = ['build', '-p', '2', '-tags', 'sqlite sqlite_unlock_notify', '-ldflags', '-s -w', '-o', part, '.']
    await run('nice', ['-n', '15', 'go', ...args], { cwd: folder, env: { ...process.env, GOFLAGS: '-buildvcs=false' } })
    for (const name of ['templates', 'options', 'public']) cpSync(path.join(folder, name), path.join(giteaFiles, name), { recursive: true })
    chmodSync(part, 0o755)
    renameSync(part, giteaProgram)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
