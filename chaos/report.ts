import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { invariants } from './checker/checker'
import type { Result } from './run-experiment'

const root = path.join(import.meta.dirname, '..')
const file = path.join(root, 'docs', 'reports', 'chaos-machines.md')

const outcomeOf = ({ skipped, violations }: Result): string =>
  skipped ? `skipped: ${skipped}` : violations.length === 0 ? 'held' : `**${violations.length} broken**`

/** The report of one run, as it was. */
export function writeReport(results: readonly Result[], { seed, seconds }: { seed: number; seconds: number }): string {
  const broken = results.filter(({ violations }) => violations.length > 0)
  const skipped = results.filter((result) => result.skipped)
  const rows = results.map(
    (result) =>
      `| ${result.name} | ${result.seed} | ${result.moment} | ${result.ended} | ${result.seconds.toFixed(1)} | ${outcomeOf(result)} |`,
  )
  const known = [...new Set(results.flatMap((result) => result.known ?? []))]
  const details = broken.flatMap((result) => [
    '',
    `### ${result.name}`,
    '',
    `\`npm run chaos -- machines --seed ${seed} --only "${result.name}"\``,
    '',
    ...result.violations.map((says) => `- ${says.split('\n')[0]}`),
  ])
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
  const lines = [
    '# Chaos on machines',
    '',
    'Written by `npm run chaos -- machines --report`; not by hand.',
    '',
    `${results.length} experiments, ${results.length - broken.length - skipped.length} held, ${broken.length} broken, ${skipped.length} skipped.`,
    `Seed ${seed}, ${Math.round(seconds)} s, ${os.cpus().length} processors, Node ${process.versions.node}, sources of ${commit}.`,
    '',
    'Each runs on a real PostgreSQL, gateway, worker and agents. A change is under way, something breaks at the moment named, is made whole,',
    'and everything comes to rest. Then a program that knows only rows (by SQL), disks and `/proc` asks whether this holds:',
    '',
    ...invariants.map(([name]) => `- ${name}`),
    '- at no moment two processes of one unit on one machine; a rolling change takes one unit at a time',
    '- after the removal of the service nothing lives, lies on a disk or is counted',
    '',
    '| Experiment | Seed | Struck at | The change ended | s | Invariants |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    ...(known.length > 0 ? ['', '## Known and not mended', '', ...known.map((says) => `- ${says}`)] : []),
    ...(broken.length > 0 ? ['', '## Broken', ...details] : []),
    '',
  ]
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, lines.join('\n'))
  return path.relative(process.cwd(), file)
}
