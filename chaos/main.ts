import { parseArgs } from 'node:util'
import { experiments, nameOf } from './experiments'
import { reportOn } from './report'
import { runAll } from './run-all'
import type { Result } from './run-experiment'

const usage = 'npm run chaos -- machines [--seed 1] [--only WORDS] [--short] [--list] [--report]'

function readSettings() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      short: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
    },
  })
  const seed = Number(values.seed)
  if (positionals.join() !== 'machines' || !Number.isInteger(seed) || seed < 0) throw new Error(usage)
  const { only, short } = values
  const chosen = experiments
    .map((experiment, index) => ({ experiment, index }))
    .filter(({ experiment }) => (!short || experiment.short) && (!only || new RegExp(only).test(nameOf(experiment))))
  if (chosen.length === 0) throw new Error(`No experiment is called ${only}; --list names them.`)
  return { ...values, seed, chosen }
}

function tell({ name, moment, ended, seconds, violations, skipped }: Result): void {
  const mark = skipped ? '–' : violations.length > 0 ? '✗' : '✓'
  console.log(`  ${mark} ${name.padEnd(52)} ${seconds.toFixed(1).padStart(6)} s  ${skipped ?? `${moment}; ${ended}`}`)
  for (const says of violations) console.log(`      ${says}`)
}

async function main(): Promise<void> {
  const { seed, chosen, list, report } = readSettings()
  if (list) return chosen.forEach(({ experiment }) => void console.log(nameOf(experiment)))
  const began = performance.now()
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const results = await runAll(chosen, {
    seed,
    stop: stop.signal,
    tell(result) {
      tell(result)
      if (report) reportOn(result, seed)
    },
  })
  const broken = results.filter(({ violations }) => violations.length > 0).length
  console.log(`\n${results.length} experiments in ${Math.round((performance.now() - began) / 1000)} s, ${broken} broken, seed ${seed}`)
  process.exit(broken === 0 ? 0 : 1)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
