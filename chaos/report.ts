import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { invariants } from './checker/checker'
import { experiments, nameOf } from './experiments'
import type { Result } from './run-experiment'

const root = path.join(import.meta.dirname, '..')
const file = path.join(root, 'docs', 'reports', 'chaos-machines.md')
const kept = path.join(import.meta.dirname, 'results', 'machines.json')

interface Kept extends Result {
  /** Of the run. */
  readonly runSeed: number
  readonly commit: string
  readonly at: string
}

const outcomeOf = ({ skipped, violations }: Result): string =>
  skipped ? `skipped: ${skipped}` : violations.length === 0 ? 'held' : `**${violations.length} broken**`

/** The last result of each experiment; a run of a few replaces those. */
function keep(result: Result, runSeed: number): Kept[] {
  const before = existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as Kept[]) : []
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
  const all = [...before.filter(({ name }) => name !== result.name), { ...result, runSeed, commit, at: new Date().toISOString() }]
  const results = experiments.flatMap((experiment) => all.find(({ name }) => name === nameOf(experiment)) ?? [])
  mkdirSync(path.dirname(kept), { recursive: true })
  writeFileSync(kept, `${JSON.stringify(results, null, 2)}\n`)
  return results
}

/** Written after each experiment: a run that is cut short has told what it saw. */
export function reportOn(result: Result, runSeed: number): void {
  const results = keep(result, runSeed)
  const broken = results.filter(({ violations }) => violations.length > 0)
  const skipped = results.filter((result) => result.skipped)
  const rows = results.map(
    (result) =>
      `| ${result.name} | ${result.seed} | ${result.moment} | ${result.ended} | ${result.seconds.toFixed(1)} | ${outcomeOf(result)} | ${result.commit} |`,
  )
  const known = [...new Set(results.flatMap((result) => result.known ?? []))]
  const details = broken.flatMap((result) => [
    '',
    `### ${result.name}`,
    '',
    `\`npm run chaos -- machines --seed ${result.runSeed} --only "${result.name}"\``,
    '',
    ...result.violations.map((says) => `- ${says.split('\n')[0]}`),
  ])
  const lines = [
    '# Chaos on machines',
    '',
    'Written by `npm run chaos -- machines --report`; not by hand.',
    '',
    `${results.length} experiments, ${results.length - broken.length - skipped.length} held, ${broken.length} broken, ${skipped.length} skipped.`,
    `${Math.round(results.reduce((sum, one) => sum + one.seconds, 0))} s in all, ${os.cpus().length} processors, Node ${process.versions.node}.`,
    '',
    'Each runs on a real PostgreSQL, gateway, worker and agents. A change is under way, something breaks at the moment named, is made whole,',
    'and everything comes to rest. Then a program that knows only rows (by SQL), disks and `/proc` asks whether this holds:',
    '',
    ...invariants.map(([name]) => `- ${name}`),
    '- at no moment two processes of one unit on one machine; a rolling change takes one unit at a time',
    '- after the removal of the service nothing lives, lies on a disk or is counted',
    '',
    '| Experiment | Seed | Struck at | The change ended | s | Invariants | Sources |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    ...(known.length > 0 ? ['', '## Known and not mended', '', ...known.map((says) => `- ${says}`)] : []),
    ...(broken.length > 0 ? ['', '## Broken', ...details] : []),
    '',
  ]
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, lines.join('\n'))
}
