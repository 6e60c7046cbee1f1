import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { alone, buildSteps } from './build.mjs'
import { isAlive } from './process-mark.mjs'
import { say, step } from './progress.mjs'
import { setupSteps } from './setup.mjs'

/** Plain Node: works in a fresh clone. Installs and builds what changed, then hands over to dist/up.mjs in this same process. */

const root = path.join(import.meta.dirname, '..')
const args = process.argv.slice(2)
const program = path.join(root, 'dist/up.mjs')

/** Something runs from this folder: building now would pull the floor from under it. dist/up.mjs looks closer, and says so. */
function seemsToRun() {
  try {
    const folder = path.resolve(root, process.env.TENGEN_HOME ?? '.tengen')
    return existsSync(program) && isAlive(JSON.parse(readFileSync(path.join(folder, 'up.json'), 'utf8')).supervisor)
  } catch {
    return false
  }
}

async function build() {
  for (const { name, run } of [...setupSteps, ...buildSteps]) await step(name, run)
}

async function main() {
  const isQuick = ['down', 'backup', 'admin', '--link'].some((word) => args.includes(word)) && existsSync(program)
  const needsBuild = !isQuick && !seemsToRun()
  if (needsBuild) {
    say('\n  Tengen\n')
    await alone(build)
  }
  const { parseOptions, up, down, link, backup, restore, admin } = await import(program)
  const options = parseOptions(root, args)
  return await { up, down, link, backup, restore, admin }[options.command](root, options)
}

main().then(
  (code) => {
    if (code !== undefined) process.exit(code)
  },
  (error) => {
    say(`\n${error.message}`)
    process.exit(1)
  },
)
