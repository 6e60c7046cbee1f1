import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'

/** Plain Node: schemathesis, pinned, in an environment of its own below `.tengen`. */

const version = '4.32.5'
export const folder = path.join(import.meta.dirname, '../../.tengen/fuzz')
const environment = path.join(folder, `schemathesis-${version}`)
export const program = path.join(environment, 'bin/schemathesis')

const run = (file, args) => execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })

/** What is missing, as a sentence; undefined = it is there now. */
export function whyNoFuzz() {
  if (existsSync(program)) return undefined
  mkdirSync(folder, { recursive: true })
  try {
    run('python3', ['-m', 'venv', environment])
    run(path.join(environment, 'bin/pip'), ['install', '-q', '--disable-pip-version-check', `schemathesis==${version}`])
    return undefined
  } catch (error) {
    // Half of it would be taken for the whole next time.
    rmSync(environment, { recursive: true, force: true })
    const said =
      String(error.stderr ?? '')
        .trim()
        .split('\n')
        .at(-1) || error.message
    return `schemathesis ${version} could not be installed, which takes Python 3.10 with venv, and PyPI: ${said}`
  }
}
