import './needs-node.mjs'
import { spawn } from 'node:child_process'
import path from 'node:path'
import { dim, red, say, step } from './progress.mjs'
import { setupSteps } from './setup.mjs'
import { kinds, node, turns } from './test-kinds.mjs'
import { missingTools } from './test-tools.mjs'

/**
 * `npm test [KIND …]`: everything, or only the kinds named (types lint pure build database engine cluster peers fuzz browser). Plain Node, works in
 * a fresh clone. The last line is the sum, alone; the exit code is 0 only when nothing failed.
 */

const root = path.join(import.meta.dirname, '..')
const total = { passed: 0, failed: 0, skipped: 0 }

function run(args, env, limitMs) {
  return new Promise((resolve) => {
    let said = ''
    const child = spawn(node, args, {
      cwd: root,
      env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const limit = setTimeout(() => {
      said += `\nover its budget: ended after ${Math.round(limitMs / 1000)} s\n`
      // The whole group: test runners have children of their own.
      process.kill(-child.pid, 'SIGKILL')
    }, limitMs)
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => void (said = (said + chunk).slice(-200_000)))
    child.once('error', (error) => void (said += error.message))
    child.once('close', (code) => {
      clearTimeout(limit)
      resolve({ code: code ?? 1, said })
    })
  })
}

async function runKind({ name, budgetMs, make }) {
  const began = performance.now()
  const { args, env, counts } = make()
  const { code, said } = await run(args, env, budgetMs * 1.5)
  const found = counts(code)
  for (const key of Object.keys(total)) total[key] += found[key]
  const seconds = `${((performance.now() - began) / 1000).toFixed(1)} s`
  const mark = found.failed ? red('✗') : '✓'
  say(
    `  ${mark} ${name.padEnd(10)} ${dim(`${seconds.padStart(8)}  ${found.passed} passed, ${found.failed} failed, ${found.skipped} skipped`)}`,
  )
  if (found.failed) say(said.trim())
}

const inTurn = async (list) => {
  for (const kind of list) await runKind(kind)
}

/** Kinds whose tools are missing are skipped, with a sentence; in CI nothing may be skipped. */
function leaveOut(missing, wanted) {
  for (const { says } of missing) say(`  ${says}`)
  const without = new Set(missing.flatMap((tool) => tool.kinds))
  total[process.env.CI ? 'failed' : 'skipped'] += wanted.filter(({ name }) => without.has(name)).length
  return wanted.filter(({ name }) => !without.has(name))
}

async function main() {
  const names = process.argv.slice(2).filter((name) => !name.startsWith('-'))
  const unknown = names.filter((name) => !kinds.some((kind) => kind.name === name))
  if (unknown.length) throw new Error(`Unknown kind of test: ${unknown.join(', ')}`)
  const wanted = kinds.filter(({ name, isExtra }) => (names.length ? names.includes(name) : !isExtra))
  const lane = (name, chosen) => inTurn(chosen.filter((kind) => kind.lane === name))
  // The network brings them meanwhile; what computes needs none.
  const tools = missingTools(wanted.map(({ name }) => name))
  say()
  for (const one of setupSteps) await step(one.name, one.run)
  say()
  const computing = lane('compute', wanted)
  const chosen = leaveOut(await tools, wanted).filter((kind) => kind.lane !== 'compute')
  for (const lanes of turns) await Promise.all([computing, ...lanes.map((name) => lane(name, chosen))])
}

const end = () => {
  say()
  say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  process.exit(total.failed ? 1 : 0)
}

main().then(end, (error) => {
  say(red(error.message))
  total.failed++
  end()
})
