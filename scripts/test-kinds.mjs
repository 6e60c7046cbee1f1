import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** Plain Node: the kinds of tests, what runs them, and how their results are read. */

const minute = 60_000
const node = process.execPath
const bin = (name) => path.join('node_modules', name)

const readJson = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** One check that passes or fails as a whole. */
const whole = (args) => ({ args, counts: (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }) })

/** A run that ended badly without a failed test (a crash, a broken file) counts as one failure. */
const atLeastOne = (code, { passed, failed, skipped }) => ({ passed, skipped, failed: code !== 0 && failed === 0 ? 1 : failed })

const vitest = (...projects) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-results-'))
  const file = path.join(folder, 'results.json')
  return {
    args: [
      bin('vitest/vitest.mjs'),
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--passWithNoTests',
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    counts(code) {
      const found = readJson(file) ?? { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 }
      rmSync(folder, { recursive: true, force: true })
      return atLeastOne(code, {
        passed: found.numPassedTests,
        failed: found.numFailedTests,
        skipped: found.numPendingTests + found.numTodoTests,
      })
    },
  }
}

const playwright = (...more) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-results-'))
  const file = path.join(folder, 'results.json')
  return {
    args: [bin('@playwright/test/cli.js'), 'test', ...more, '--reporter=line,json', '--pass-with-no-tests'],
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file },
    counts(code) {
      const stats = readJson(file)?.stats ?? { expected: 0, unexpected: 0, flaky: 0, skipped: 0 }
      rmSync(folder, { recursive: true, force: true })
      // A test that passes only the second time is not a passed test.
      return atLeastOne(code, { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped })
    },
  }
}

/** Lanes of one line run beside each other: one computes while the other waits. Whole processes that start and die, and browsers, have the machine to themselves. */
export const turns = [['compute', 'wait'], ['processes'], ['clusters', 'people on clusters'], ['people']]

/** In order, each in its lane. Budgets fail at one and a half times; `isExtra`: runs only when it is named. */
export const kinds = [
  {
    name: 'types',
    lane: 'compute',
    budgetMs: 2 * minute,
    make: () => whole([bin('typescript/bin/tsc'), '--noEmit', '--project', 'tsconfig.check.json']),
  },
  {
    name: 'lint',
    lane: 'compute',
    budgetMs: 2 * minute,
    make: () => whole([bin('@biomejs/biome/bin/biome'), 'ci', '--colors=off', '--error-on-warnings', '--max-diagnostics=50', '.']),
  },
  { name: 'pure', lane: 'compute', budgetMs: 2 * minute, make: () => vitest('pure') },
  { name: 'build', lane: 'compute', budgetMs: 4 * minute, make: () => whole(['scripts/build.mjs']) },
  { name: 'database', lane: 'wait', budgetMs: 10 * minute, make: () => vitest('database') },
  // The model first, then whole processes: where the one runs out of files, the others fill the cores.
  { name: 'engine', lane: 'processes', budgetMs: 20 * minute, make: () => vitest('model', 'agent*') },
  { name: 'cluster', lane: 'clusters', budgetMs: 10 * minute, make: () => vitest('cluster') },
  // The whole of it as people see it, in a browser on two clusters.
  {
    name: 'cluster',
    lane: 'people on clusters',
    budgetMs: 10 * minute,
    make: () => playwright('--config', 'playwright.clusters.config.ts'),
  },
  // With programs that others have made.
  { name: 'peers', lane: 'processes', budgetMs: 10 * minute, isExtra: true, make: () => vitest('peers') },
  // Longer, and with another seed each time: npm run fuzz.
  {
    name: 'fuzz',
    lane: 'processes',
    budgetMs: 2 * minute,
    make: () => whole([bin('tsx/dist/cli.mjs'), 'scripts/fuzz/main.ts', '--seconds', '60', '--seed', '1']),
  },
  { name: 'browser', lane: 'people', budgetMs: 14 * minute, make: () => playwright() },
]

export { node }
